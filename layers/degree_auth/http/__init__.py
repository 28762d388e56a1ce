"""The HTTP face of the API functions."""

"""The wiring of institutions and their institutions."""

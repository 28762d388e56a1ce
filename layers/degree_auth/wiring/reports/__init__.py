"""The wiring of reports."""

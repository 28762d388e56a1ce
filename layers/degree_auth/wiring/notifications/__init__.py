"""The wiring of events and notices."""

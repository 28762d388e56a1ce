"""The wiring of verification fees."""

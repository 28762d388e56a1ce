"""The wiring of the award register."""

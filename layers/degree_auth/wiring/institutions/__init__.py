"""The wiring of institutions and their organisations."""

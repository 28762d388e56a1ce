"""The wiring of institutions: their registration, and what verification asks of them."""

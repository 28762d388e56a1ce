"""Tools of this repository: building, deploying, running and checking it."""

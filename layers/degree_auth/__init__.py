"""Authentication of academic degrees: the shared package of every function."""

"""A visitor's measurements."""

"""What is passed on to others."""

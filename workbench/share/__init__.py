"""What is passed on, computed with the real models."""

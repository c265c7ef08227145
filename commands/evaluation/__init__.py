"""What the command evaluate says, by subject."""

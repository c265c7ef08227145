"""What explanations are worth, and what they cost."""

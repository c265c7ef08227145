"""What lessons hand around: their steps, what they show, and its results."""

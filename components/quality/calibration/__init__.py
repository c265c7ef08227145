"""What a score means: the reliability picture, the best scores, and risk against coverage."""

"""Models that embed query and document apart, and what explains a cosine."""

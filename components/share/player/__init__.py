"""A walkthrough that is played: its steps, their figures, and what moved since they were kept."""

"""Lessons, gone through in a browser as a learner does."""

"""Lessons: their files, their text, and what they claim about the models."""

"""Lessons with the real models: what their shows give."""

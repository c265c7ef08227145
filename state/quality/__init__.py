"""Runs, their figures, and judging, for the pages."""

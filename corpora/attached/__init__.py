"""Runs of other systems that are kept with a corpus."""

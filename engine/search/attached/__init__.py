"""Runs of other systems, kept with a corpus: whose queries they answer, and as a first stage."""

"""Figures frozen as tables: of a blind vote, a diagnosis, a corpus, a training."""

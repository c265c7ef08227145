"""Gradients and removals that explain a score, for models of either kind."""

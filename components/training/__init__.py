"""Views of a training."""

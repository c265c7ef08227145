"""Views of an attribution and of its check."""

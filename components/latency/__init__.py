"""Views of what a search costs."""

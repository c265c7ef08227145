"""Views of what is passed on to others."""

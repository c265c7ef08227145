"""Views of the start page and of what teaches."""

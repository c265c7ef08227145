"""Views of one query's rankings."""

"""Views of a corpus."""

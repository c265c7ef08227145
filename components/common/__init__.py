"""Views and words that every area shares."""

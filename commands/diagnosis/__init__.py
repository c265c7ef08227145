"""The commands that look into one document, and that hold cases against a search."""

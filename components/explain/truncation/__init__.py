"""What Truncation draws of a document that is scored by passages."""

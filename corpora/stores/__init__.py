"""Where documents, judgments and runs lie."""

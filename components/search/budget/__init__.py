"""What of one query's rankings fits into a token budget, drawn."""

"""What of a ranking fits into a language model's token budget."""

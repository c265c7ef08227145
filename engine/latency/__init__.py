"""What a search costs: repeated, batched, deeper, larger, in joules."""

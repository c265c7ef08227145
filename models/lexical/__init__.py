"""BM25 and the terms it counts."""

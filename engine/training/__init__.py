"""What training needs of a corpus: queries, negatives, and the held-out measure."""

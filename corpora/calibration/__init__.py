"""What was measured to learn what a score means on a corpus, kept in the cache folder."""

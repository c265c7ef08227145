"""What may put a document where it was expected, tried, and held against all other queries."""

"""What is passed on: frozen figures of a search, of a pair's explanation, of a quality run."""

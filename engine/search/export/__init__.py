"""The rankings of a search as files: CSV, TREC run and JSON."""

"""Corpora for the pages: the library, imports, statistics."""

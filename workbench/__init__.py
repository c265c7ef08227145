"""Composition: opens corpora, loads models by name, builds searchers."""

"""Rerankers behind an address: services and language models."""

"""Queries and judgments: read, written on the spot, and by a model."""

"""Blind votes: who sees which list where, and what the votes say."""

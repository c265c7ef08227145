"""Judging: what to judge next, and how judges agree."""

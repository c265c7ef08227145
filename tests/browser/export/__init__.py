"""Saved pictures and tables, as a visitor gets them."""

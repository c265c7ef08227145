"""Streamlit's memory: the only place with caches, session keys and query params."""

"""Runs as files and tables: read, checked, compared, written."""

"""Rows of tables and JSON: separators, headers, columns."""

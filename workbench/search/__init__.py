"""What is put together around a search: its rankings as files."""

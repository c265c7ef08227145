"""Work in the background: threads, queues, progress and their end."""

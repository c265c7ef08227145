"""The server's one training."""

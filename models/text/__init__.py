"""From text to tokens, and what of it is read."""

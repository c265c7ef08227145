"""One view a file: takes domain objects and a key, and draws them."""

"""Files as people have them, read as documents."""

"""What can be extended: each kind of thing is a registry of records."""

"""Pictures of what is passed on."""

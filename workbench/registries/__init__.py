"""What a record of `engine.types.registries` does, joined to what it says."""

"""The commands that pass something on."""

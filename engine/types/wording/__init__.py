"""How values are written for people, the same in every layer."""

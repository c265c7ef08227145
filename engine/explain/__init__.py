"""Why this score: attributions checked, edits, and what cannot be read."""

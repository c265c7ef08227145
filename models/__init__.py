"""Everything that scores or embeds text, the catalogue, and where weights come from."""

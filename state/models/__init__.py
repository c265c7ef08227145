"""Models for the pages: the catalogue, downloads, consent."""

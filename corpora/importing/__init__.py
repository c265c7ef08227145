"""From a source to a corpus in the library."""

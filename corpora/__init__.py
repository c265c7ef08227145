"""Documents: readers, bundled corpora, the library and the index stores."""

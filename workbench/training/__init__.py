"""Teaching models on a corpus: put together for the page, the CLI and the benchmark."""

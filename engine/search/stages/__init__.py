"""The stages of a pipeline: retrievers, rerankers, and what times them."""

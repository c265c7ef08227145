"""Vectors and Milvus: what is searched."""

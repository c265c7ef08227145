"""Selective reranking, drawn: the curves, the tables and their words."""

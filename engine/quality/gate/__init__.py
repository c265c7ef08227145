"""Selective reranking: which queries need the reranker, and what it is worth to ask."""

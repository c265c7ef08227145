"""Figures in which a query counts as often as it is searched."""

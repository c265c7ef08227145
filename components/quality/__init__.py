"""Views of a query set, measured."""

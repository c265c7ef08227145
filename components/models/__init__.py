"""Views of models and forms that name them."""

"""Do two rankers that should be the same agree? Asked, compared and said."""

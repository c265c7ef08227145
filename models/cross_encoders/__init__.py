"""Models that read query and document together, and what explains them."""

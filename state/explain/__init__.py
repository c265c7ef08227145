"""Explanations, remembered for the pairs looked at last."""

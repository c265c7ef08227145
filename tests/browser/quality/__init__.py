"""Views of measurements, in a browser."""

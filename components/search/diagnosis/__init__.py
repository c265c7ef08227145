"""The views of the page Diagnose."""

"""The sections of the page Diagnose."""

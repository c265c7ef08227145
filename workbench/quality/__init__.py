"""Query sets, composed: the same for the app and the CLI."""

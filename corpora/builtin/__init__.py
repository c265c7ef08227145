"""The corpora that come with the app."""

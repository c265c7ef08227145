"""Why a document is not where it was expected, and what would put it there."""

"""Views of a pair: attention, words, edits."""

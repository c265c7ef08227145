"""Lessons as the app has them: their files, and their shows computed live."""

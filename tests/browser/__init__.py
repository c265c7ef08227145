"""Tests in a real Chromium against a real server; a package, so that its fixtures end with it."""

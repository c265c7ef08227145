"""What is passed on: how frozen figures are made, written, read and drawn as a report."""

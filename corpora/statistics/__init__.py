"""What a corpus holds, in figures and on a map."""

"""What a calibration says of a search."""

"""What a score means on a corpus: calibration by people's judgments, a floor, and no answer."""

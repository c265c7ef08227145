"""What a score means on a corpus: values of its calibration."""

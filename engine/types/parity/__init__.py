"""What is said of two rankers that should be the same: faults, differences, order, repeats."""

"""Calibrations with the loaded models: the same for the app, the CLI and the benchmarks."""

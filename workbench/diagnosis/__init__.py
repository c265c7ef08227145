"""Diagnoses with the loaded models: what the engine asks of tokenizers, vocabulary and judges."""

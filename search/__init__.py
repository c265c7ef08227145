"""The engine: domain types, pipeline, fusion, agreement, evaluation, explanation."""

"""A query set measured: pipelines, measures, differences, failures."""

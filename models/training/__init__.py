"""Training a bi-encoder or a cross-encoder on this machine, in a folder that outlives a crash."""

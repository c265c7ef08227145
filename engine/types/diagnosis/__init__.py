"""What a diagnosis says: a case, its chain of stages, causes with evidence, and remedies."""

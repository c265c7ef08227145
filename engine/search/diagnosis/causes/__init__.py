"""The causes, each a function of the subject that gives it with its evidence, or nothing."""

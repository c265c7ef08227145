"""A lesson as a picture with its steps: predicted, revealed, arranged and run by the learner."""

"""Two rankers beside one another: their scores, their order, their faults."""

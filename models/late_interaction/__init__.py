"""MaxSim over the vectors of single tokens."""

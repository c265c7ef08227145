"""What runs a model fastest on this machine, chosen by measuring."""

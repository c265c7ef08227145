"""What explaining hands around: one forward pass, layer by layer."""

"""What moved between kept figures and those of now, by kind of figures."""

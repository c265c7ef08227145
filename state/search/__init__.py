"""A visitor's searches and the rankers they added."""

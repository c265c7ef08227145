"""What the lessons say, measured on more words than they show."""

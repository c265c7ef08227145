"""Scripts that print and save measured figures; they assert nothing."""

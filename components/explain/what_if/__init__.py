"""What is edited of a pair on What if, and what the edit did."""

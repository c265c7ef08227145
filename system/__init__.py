"""What the machine gives: files, processors, memory, and what may reach out."""

"""What the browser keeps of its visitor."""

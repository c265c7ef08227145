"""What is passed on to others: frozen figures and blind votes."""

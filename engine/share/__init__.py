"""What is passed on to others: frozen figures, reports, blind votes."""

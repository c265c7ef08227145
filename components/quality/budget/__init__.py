"""Token budgets over a query set, drawn."""

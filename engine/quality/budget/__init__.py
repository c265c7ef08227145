"""Token budgets measured over a query set."""

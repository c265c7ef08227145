"""What measuring a query set gives, as frozen values."""

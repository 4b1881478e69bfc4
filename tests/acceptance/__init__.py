"""The product from outside: commands on a real database, as an award office runs them."""

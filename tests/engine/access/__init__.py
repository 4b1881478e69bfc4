"""How people get in, on a real database."""

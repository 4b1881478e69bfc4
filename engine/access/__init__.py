"""How people get in: passwords, sessions, links by e-mail, throttling, the second step."""

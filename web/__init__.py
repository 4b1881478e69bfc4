"""Where people see it: pages and the JSON API."""

"""Whole ways through a campaign in a real browser, one person for each role, and what may happen on the way."""

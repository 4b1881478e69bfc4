"""What the regulations say: life cycle, eligibility, quotas, deadlines, money. No database, clock or framework."""

"""What the regulations say: life cycle, eligibility, quotas, deadlines, money. Pure: no database, clock or framework."""

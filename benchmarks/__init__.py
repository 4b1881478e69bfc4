"""Measurements: each prints a ratio to something plain measured in the same run, so that machines can be compared."""

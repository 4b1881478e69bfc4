"""The portal over real HTTP, on a real database."""

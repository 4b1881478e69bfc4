"""What we do: take a step, import, screen, rank, decide, render, send."""

"""Where operators run it: the command line (Typer)."""

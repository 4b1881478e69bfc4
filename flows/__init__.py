"""When it happens by itself: thin Prefect flows, one engine call each."""

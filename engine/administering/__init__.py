"""What administrators do: campaigns, units, accounts, delegations. Nothing of it moves, edits or decides a dossier."""

"""`%%track` and its magics: a cell is a run, and runs as it would without the line."""

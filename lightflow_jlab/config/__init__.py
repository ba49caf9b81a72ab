"""Where things are and which settings hold: environment variables, folders, limits."""

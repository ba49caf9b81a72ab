"""Lightflow and its peers in one run: see __main__.py. A file per tracker, each a `Tracker`."""

"""Experiment tracking, models and projects inside JupyterLab."""

"""`jupyter lightflow`, and `python -m lightflow_jlab`: a module per command."""

from lightflow_jlab.cli.main import main

__all__ = ["main"]

"""Recording runs, and reading them back. Writing needs only the standard library and msgspec."""

from lightflow_jlab.tracking.fluent import active_run, end_run, start_run

__all__ = ["active_run", "end_run", "start_run"]

"""Whether a run can be had again: its cells in a fresh kernel, its metrics compared."""

from lightflow_jlab.reproduction.plan import Plan, plan_of
from lightflow_jlab.reproduction.run_again import reproduce

__all__ = ["Plan", "plan_of", "reproduce"]

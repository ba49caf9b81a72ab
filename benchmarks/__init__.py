"""Measurements that print; see README.md."""

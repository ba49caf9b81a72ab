"""From the log into the store."""

from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.importer.importer import Importer
from lightflow_jlab.importer.service import ImporterService

__all__ = ["Importer", "ImporterService", "catch_up"]

"""Options that several commands take, and the store that they mean."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lightflow_jlab.store import Store


def add_store_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        metavar="FOLDER",
        help="the store: a .lightflow folder or the one that holds it; by default the one that "
        "LIGHTFLOW_TRACKING_URI names, else the nearest at or above the working folder",
    )


def add_format_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("table", "json", "csv"), default="table", help="how it is printed"
    )


def chosen_folder(args: argparse.Namespace) -> Path:
    """Return the folder of the store that is meant, which may not be there yet."""
    from lightflow_jlab.config.locations import default_store, store_from_uri

    return store_from_uri(args.store) if args.store else default_store()


def open_chosen_store(args: argparse.Namespace) -> Store:
    """Return the store, holding all that is in its log. Raises `NotFoundError` without one."""
    from lightflow_jlab.errors import NotFoundError
    from lightflow_jlab.importer.catch_up import catch_up

    folder = chosen_folder(args)
    if not folder.is_dir():
        raise NotFoundError(
            f"There is no store at {folder}. Record a run first, or name a store with --store."
        )
    store = catch_up(folder)
    tell_of_damage(folder)
    return store


def tell_of_damage(folder: Path) -> None:
    """Print what became of a damaged database, where that is news."""
    from lightflow_jlab.store.quarantine import recent_notices

    for notice in recent_notices(folder):
        sys.stderr.write(f"jupyter lightflow: {notice}\n")

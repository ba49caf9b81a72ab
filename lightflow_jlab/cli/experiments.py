"""`jupyter lightflow experiments`: which there are."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from lightflow_jlab.cli.options import add_format_option, add_store_option, open_chosen_store
from lightflow_jlab.cli.output import print_rows

COLUMNS = ("experiment_id", "name", "run_count", "lifecycle_stage", "description")


def add(commands: Any) -> None:
    parser = commands.add_parser("experiments", help="list the experiments, last changed first")
    parser.add_argument(
        "--view", choices=("active", "deleted", "all"), default="active", help="also the trash"
    )
    add_store_option(parser)
    add_format_option(parser)
    parser.set_defaults(run=list_experiments)


def list_experiments(args: argparse.Namespace) -> int:
    found = open_chosen_store(args).experiments(args.view)
    print_rows([msgspec.to_builtins(one) for one in found], COLUMNS, args.format)
    return 0

"""`jupyter lightflow reproduce`: a run's cells in a fresh kernel, or as a file."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.options import add_store_option, open_chosen_store
from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.errors import InvalidValueError


def add(commands: Any) -> None:
    parser = commands.add_parser("reproduce", help="execute a run's cells again, and compare")
    parser.add_argument("run_id", metavar="RUN_ID")
    parser.add_argument(
        "--tolerance",
        action="append",
        default=[],
        metavar="X|KEY=X",
        help="relative, of all metrics (1e-5) or of one; 'seconds=inf' leaves one out",
    )
    parser.add_argument(
        "--write", metavar="FILE", help="write a notebook (.ipynb) or script (.py), and run nothing"
    )
    parser.add_argument(
        "--kernel", metavar="NAME", help="by default the one that the run's notebook names"
    )
    add_store_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Return 0 where the run was had again, else 1."""
    from lightflow_jlab.notebook.reproducing import Reproduced, show_progress, write
    from lightflow_jlab.reproduction import plan_of, reproduce
    from lightflow_jlab.reproduction.local_kernel import local_kernel

    tolerance, tolerances = _tolerances(args.tolerance)
    plan = plan_of(open_chosen_store(args), check_run_id(args.run_id))
    if args.write is not None:
        write(plan, Path(args.write))
        sys.stdout.write(f"{args.write} holds {len(plan.cells)} cells.\n")
        return 0
    result = asyncio.run(
        reproduce(
            plan,
            local_kernel,
            lambda: open_chosen_store(args),
            tolerance=tolerance,
            tolerances=tolerances,
            kernel_name=args.kernel,
            told=show_progress,
        )
    )
    reproduced = Reproduced(plan.run.run_name, result)
    sys.stdout.write(f"{reproduced}\n")
    return 0 if reproduced else 1


def _tolerances(words: list[str]) -> tuple[float, dict[str, float]]:
    """Return the tolerance of all metrics, and those of single ones."""
    everywhere, single = 1e-5, {}
    for word in words:
        key, sign, number = word.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not value >= 0:
            raise InvalidValueError(
                f"--tolerance {word} can't be used. Expected a number from 0, or KEY=NUMBER."
            )
        if sign:
            single[key] = value
        else:
            everywhere = value
    return everywhere, single

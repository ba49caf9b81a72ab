"""`jupyter lightflow doctor`: look at everything, say it in plain words, mend what is safe."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightflow_jlab.cli.options import add_store_option, chosen_folder

if TYPE_CHECKING:
    from lightflow_jlab.cli.checks.finding import Finding

_SIGNS = {"ok": "✔", "note": "·", "problem": "✖"}


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "doctor", help="check the installation, the store and the logs; 1 where there is a problem"
    )
    parser.add_argument(
        "--fix", action="store_true", help="mend what can be mended without harm, then check again"
    )
    parser.add_argument("--json", action="store_true", help="print the findings for a program")
    add_store_option(parser)
    parser.set_defaults(run=examine)


def examine(args: argparse.Namespace) -> int:
    folder = chosen_folder(args)
    found = list(_findings(folder))
    if args.fix:
        fixes = {one.check: one.fix for one in found if one.fix is not None}
        for check, fix in fixes.items():
            sys.stderr.write(f"Mending: {check}\n")
            fix()
        found = list(_findings(folder)) if fixes else found
    if args.json:
        rows = [{"check": one.check, "level": one.level, "text": one.text} for one in found]
        json.dump(rows, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        for one in found:
            sys.stdout.write(f"{_SIGNS[one.level]} {one.check}: {one.text}\n")
    return int(any(one.level == "problem" for one in found))


def _findings(folder: Path) -> Iterator[Finding]:
    from lightflow_jlab.cli.checks.database import check_database
    from lightflow_jlab.cli.checks.finding import note
    from lightflow_jlab.cli.checks.folder import check_folder
    from lightflow_jlab.cli.checks.installation import check_installation
    from lightflow_jlab.cli.checks.logs import check_logs
    from lightflow_jlab.cli.checks.losses import check_losses
    from lightflow_jlab.cli.checks.outboxes import check_outboxes

    yield from check_installation()
    yield from check_outboxes()
    if not folder.is_dir():
        yield note("store", f"There is none at {folder}; the first run makes it.")
        return
    yield from check_folder(folder)
    yield from check_logs(folder)
    yield from check_database(folder)
    yield from check_losses(folder)

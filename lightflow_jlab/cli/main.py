"""The command line: what is common to all commands, and which there are."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from lightflow_jlab.errors import LightflowError

INTERRUPTED = 130

COMMANDS = {
    "runs": "runs",
    "experiments": "experiments",
    "import": "import_runs",
    "gc": "gc",
    "export": "export_runs",
    "merge": "merge",
    "sync": "sync",
    "doctor": "doctor",
    "reproduce": "reproduce",
}
"""By name: the module of this package whose `add(commands)` adds its parser and sets `run`."""


def main(arguments: list[str] | None = None) -> int:
    """Return 0, 1 where a command failed, or 2 (by `SystemExit`) where its words are off.

    130 is for an interrupt, as shells have it.
    """
    args = build_parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except LightflowError as error:
        sys.stderr.write(f"jupyter lightflow: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("jupyter lightflow: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough.
        sys.stderr.close()
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the whole command line; the docs' test walks it."""
    parser = argparse.ArgumentParser(
        prog="jupyter lightflow", description="Experiment tracking inside JupyterLab."
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in COMMANDS.values():
        import_module(f"lightflow_jlab.cli.{module}").add(commands)
    return parser


def _version() -> str:
    from lightflow_jlab._version import __version__

    return str(__version__)

"""Write the contract for those who don't read Python: `contract.json` and `src/api/contract.ts`.

`python -m lightflow_jlab.contract.export` writes both, with `--check` it only tells what is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from lightflow_jlab.contract.typescript import structs, typescript

_PACKAGE = Path(__file__).parent
SCHEMA_FILE = _PACKAGE / "contract.json"
TYPESCRIPT_FILE = _PACKAGE.parent.parent / "src" / "api" / "contract.ts"


def schema() -> str:
    """Return JSON Schema for each struct, by name, in the order of the names."""
    _, components = msgspec.json.schema_components(structs(), ref_template="#/$defs/{name}")
    return json.dumps({"$defs": dict(sorted(components.items()))}, indent=2) + "\n"


def stale_files() -> list[Path]:
    """Return the files that don't say what the structs say."""
    return [path for path, text in _outputs().items() if _text(path) != text]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lightflow_jlab.contract.export")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file is stale")
    check = parser.parse_args(arguments).check
    stale = stale_files()
    for path in stale:
        if check:
            sys.stderr.write(f"{path} is stale; run python -m lightflow_jlab.contract.export\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_outputs()[path], encoding="utf-8", newline="\n")
    return 1 if check and stale else 0


def _outputs() -> dict[Path, str]:
    return {SCHEMA_FILE: schema(), TYPESCRIPT_FILE: typescript()}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())

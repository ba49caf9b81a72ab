"""Publish what the browser measured: `python -m benchmarks.browser_page`.

Plays the UI tests' measures in full size (about ten minutes), keeps their rows in
`docs/browser-measures.json` and writes them as the table of `docs/performance.md`.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from benchmarks.point_to_pixel import FULL_SIZE, ROOT, Kept, play
from benchmarks.table import grid

PUBLISHED = ROOT / "docs" / "browser-measures.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- begin: browser-measures.json -->"
END = "<!-- end: browser-measures.json -->"


class Published(msgspec.Struct):
    """What was measured, and when: an ISO date, the rows in their order."""

    date: str
    rows: list[Kept]


def table(published: Published) -> str:
    """Return what stands between the marks of the page, as markdown."""
    header = ["what", "measured", "must", "load"]
    rows = [[row.what, row.measured, row.bound, f"{row.load:.1f}"] for row in published.rows]
    return f"{BEGIN}\n{grid(header, rows)}\n\nMeasured on {published.date}.\n{END}"


def with_table(page: str, published: Published) -> str:
    """Return a page with its table written anew.

    Raises ValueError when the page has no place for it.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"No {BEGIN} … {END} in the page: the table has no place.")
    return f"{before}{table(published)}{after}"


def read(file: Path = PUBLISHED) -> Published:
    return msgspec.json.decode(file.read_bytes(), type=Published)


def main() -> None:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    published = Published(date=today, rows=play(FULL_SIZE))
    PUBLISHED.write_bytes(msgspec.json.format(msgspec.json.encode(published)) + b"\n")
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), published), "utf-8")


if __name__ == "__main__":
    main()

"""What the page says of the browser is what the browser measured."""

from __future__ import annotations

from benchmarks.browser_page import PAGE, read, with_table


def test_browser_table_shows_what_was_measured():
    page = PAGE.read_text("utf-8")
    assert with_table(page, read()) == page

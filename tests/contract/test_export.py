"""What the browser is told of the contract is what the server's structs say."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightflow_jlab.contract import export


def test_the_committed_contract_is_what_the_structs_say() -> None:
    assert export.stale_files() == []
    assert export.main(["--check"]) == 0


def test_a_stale_contract_is_told_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "api" / "contract.ts"
    monkeypatch.setattr(export, "TYPESCRIPT_FILE", stale)

    assert export.main(["--check"]) == 1
    assert str(stale) in capsys.readouterr().err
    assert not stale.exists()

    assert export.main([]) == 0
    assert export.main(["--check"]) == 0


def test_a_patch_may_leave_fields_out_and_an_answer_may_not() -> None:
    text = export.TYPESCRIPT_FILE.read_text("utf-8")
    assert "export interface RunPatch {\n  run_name?: string;\n  note?: string;\n" in text
    assert "  tags?: Record<string, string | null>;\n" in text
    assert "  error: RunError | null;\n" in text
    assert "  min: Number | null;\n" in text

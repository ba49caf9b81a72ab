"""IPython's events before and after each cell: which of them is a run."""

from __future__ import annotations

import time
from typing import Any

from lightflow_jlab.errors import LightflowError, NotFoundError
from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.harmless import harmless, interrupts_held
from lightflow_jlab.notebook.ledger import Execution
from lightflow_jlab.notebook.place import cell_id_of, notebook_path, request_of
from lightflow_jlab.notebook.run_place import RunPlace, is_numbered
from lightflow_jlab.notebook.track_line import LAST, TrackLine, TrackLineError
from lightflow_jlab.notebook.transformer import MARK, track_line_of
from lightflow_jlab.notebook.without_line import is_marked, tracks_training, trains
from lightflow_jlab.tracking import active


class CellHooks:
    """Callbacks of one shell. Cells may run inside cells: each is known by its `ExecutionInfo`."""

    def __init__(self, context: CellContext) -> None:
        self._context = context
        self.place = RunPlace(context)

    def check_place(self, lines: list[str]) -> list[str]:
        """Refuse a cell whose run can't be where it should: an input transformer."""
        if lines and lines[0].startswith(f"# {MARK}"):
            line = track_line_of(lines[0].removeprefix("# "))
            if line is not None:
                _check_place(line)
        return lines

    check_place.has_side_effects = True  # type: ignore[attr-defined]

    def pre_run_cell(self, info: Any) -> None:
        if self._context.running_cell is None and is_numbered(info):
            self._context.running_cell = info
            self._context.parts.begin(active.open_runs())
        if MARK not in info.raw_cell and not self._is_tracked_without_line(info):
            return
        with interrupts_held(pass_on=True):
            self._begin(info)

    def post_run_cell(self, result: Any) -> None:
        ended = getattr(result, "info", None)
        execution = self._add_to_ledger(result) if ended is not None else None
        is_outermost = result is None or _is_same(self._context.running_cell, ended)
        if self._context.tracked or (is_outermost and self.place.is_recording):
            with interrupts_held(pass_on=False):
                self._finish(result)
                if is_outermost:
                    self.place.cell_ends()
        if execution is not None:
            # When the threads beside the cell are done: they would hold the write up.
            self._write_down(execution)
        if is_outermost:
            self._context.running_cell = None

    def _begin(self, info: Any) -> None:
        try:
            line = track_line_of(info.raw_cell)
            if line is not None:
                _check_place(line)
        except TrackLineError:
            return
        if line is None:
            if not self._is_tracked_without_line(info):
                return
            line = TrackLine()
        self._context.shell.user_ns.update(line.values)
        if info.silent or not info.store_history:
            return
        self._begin_run(info, line)

    @harmless("tell whether a cell without a line is tracked")
    def _is_tracked_without_line(self, info: Any) -> bool:
        """Tell whether a cell that a person runs, not one inside of it, is marked or trains."""
        if self._context.running_cell is not info:
            return False
        if is_marked(request_of(self._context.shell)):
            return True
        return tracks_training() and trains(info.raw_cell)

    @harmless("note that a cell ran")
    def _add_to_ledger(self, result: Any) -> Execution | None:
        context = self._context
        cell_id = cell_id_of(context.shell, result.info)
        execution = context.ledger.add_result(result, cell_id, time.time())
        if execution is not None and (context.parts.starting or active.open_runs()):
            self._add_to_runs(execution, result.info.raw_cell)
        return execution

    @harmless("write down that a cell ran")
    def _write_down(self, execution: Execution) -> None:
        self._context.ledger_log.add(execution)

    @harmless("list the cells of a run")
    def _add_to_runs(self, execution: Execution, source: str) -> None:
        from lightflow_jlab.tracking.fluent import current_store

        runs = active.open_runs()
        root = current_store().parent
        path = notebook_path(self._context.shell.user_ns, root)
        going_on = self._context.parts.add(runs, execution, source, path)
        if going_on:
            from lightflow_jlab.notebook.judgement import Judgement

            for run in going_on:
                Judgement(self._context, run).start()

    @harmless("begin a tracked cell")
    def _begin_run(self, info: Any, line: TrackLine) -> None:
        # Loaded with the first tracked cell, so that loading the extension stays cheap.
        from lightflow_jlab.notebook.tracked_cell import TrackedCell

        cell = TrackedCell(self._context, info, line)
        self._context.tracked.append(cell)
        cell.begin()

    @harmless("finish a tracked cell")
    def _finish(self, result: Any) -> None:
        info = getattr(result, "info", None)
        for cell in reversed(self._context.tracked):
            if result is None or _is_same(cell.info, info):
                self._context.tracked.remove(cell)
                cell.finish(result)
                return


def _is_same(begun: Any, ended: Any) -> bool:
    """Tell an `ExecutionInfo`, or the copy that IPython makes of it when a cell is torn down."""
    return begun is ended or bool(
        begun is not None
        and ended is not None
        and begun.raw_cell == ended.raw_cell
        and begun.store_history == ended.store_history
        and begun.silent == ended.silent
    )


def _check_place(line: TrackLine) -> None:
    from lightflow_jlab.tracking.fluent import current_store

    try:
        current_store()
    except LightflowError as error:
        raise TrackLineError(f"%%track: {error}") from None
    if line.resume is not None:
        _check_known(line.resume)


def _check_known(run_id: str) -> None:
    from lightflow_jlab.tracking.fluent import current_store, get_tracking_uri, last_active_run

    if run_id == LAST:
        if last_active_run() is None:
            raise TrackLineError(
                "%%track: --resume last was given, but this kernel has recorded no run yet. "
                "Expected a run id, as in `run.info.run_id`."
            )
        return
    from lightflow_jlab.tracking.resumable import resumable_run

    try:
        resumable_run(run_id, current_store())
    except NotFoundError:
        raise TrackLineError(
            f"%%track: --resume {run_id} was given, but {get_tracking_uri()} has no such run. "
            "See %runs for what there is."
        ) from None
    except LightflowError as error:
        raise TrackLineError(f"%%track: --resume {run_id} can't be looked up. {error}") from error

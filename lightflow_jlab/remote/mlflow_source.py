"""A server whose runs are shown beside the local store's: read when somebody looks, never kept."""

from __future__ import annotations

from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from lightflow_jlab.contract.contents import Artifact, RunDetail, Series
from lightflow_jlab.contract.rest import Experiment, Run, RunIds, RunKeys, RunPage
from lightflow_jlab.contract.scalars import View
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.remote import mlflow_messages as messages
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.credentials import Credentials
from lightflow_jlab.remote.detect import detect
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.lately import Lately
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_view import (
    artifact_of,
    datasets_of,
    experiment_of,
    page_of,
    run_of,
    value_of,
)
from lightflow_jlab.remote.page_tokens import PageTokens
from lightflow_jlab.remote.reading import protocol_uri
from lightflow_jlab.store.adopt import columns_of
from lightflow_jlab.store.contents import drawn
from lightflow_jlab.store.downsample import in_step_order, window

SECONDS = 15.0
WHOLE_SECONDS = 30.0
MAX_ANSWER_BYTES = 64 * 1024 * 1024
MAX_EXPERIMENTS = 10_000
MAX_FILES = 1_000
MAX_FOLDERS = 50
MAX_POINTS = 1_000_000
"""Of one metric: a server has no shorter form of a history."""
EXPERIMENTS_SECONDS = 5.0
"""For how long a search over all experiments goes by the same list of them."""
KEYS_SECONDS = 60.0
KEY_RUNS = 200
_VIEWS: dict[View, str] = {"active": "ACTIVE_ONLY", "deleted": "DELETED_ONLY", "all": "ALL"}


class SourceQuery(NamedTuple):
    experiment_ids: tuple[str, ...] | None
    """None for all."""
    filter: str
    """In the words that the server knows: it is passed on as it is."""
    text: str
    """Words of which each has to be in a run's name."""
    order_by: tuple[str, ...]
    view: View
    limit: int
    offset: int
    """A multiple of `limit`."""


class MlflowSource:
    """One server. Every method blocks, and raises what `Connection.request` does. Thread-safe."""

    def __init__(self, uri: str, credentials: Credentials) -> None:
        self.uri = uri
        self._credentials = credentials
        self._api: MlflowApi | None = None
        self._tokens = PageTokens()
        self._experiment_ids = Lately[tuple[str, ...]](EXPERIMENTS_SECONDS)
        self._keys = Lately[RunKeys](KEYS_SECONDS)

    def experiments(self, view: View) -> list[Experiment]:
        """Return the experiments, last changed first."""
        found = islice(self._found_api().experiments(_VIEWS[view]), MAX_EXPERIMENTS)
        listed = [experiment_of(self._understood(one, messages.Experiment)) for one in found]
        return sorted(listed, key=lambda one: -one.last_update_time)

    def page(self, query: SourceQuery) -> RunPage:
        """Return a page of what matches. Raises `InvalidValueError` where the server refuses it."""
        if query.offset % query.limit:
            raise InvalidValueError(
                f"offset={query.offset} can't be used: a server's pages begin at multiples of "
                f"limit={query.limit}."
            )
        query = query._replace(experiment_ids=self._ids(query.experiment_ids))
        found = self._tokens.page(
            query._replace(offset=0),
            query.offset // query.limit,
            query.limit,
            lambda token: self._search(query, token),
        )
        return page_of(found.items, found.total, found.more_exist, query.offset)

    def run_ids(self, query: SourceQuery) -> RunIds:
        found = self.page(query)
        return RunIds(run_ids=[run.run_id for run in found.runs], total=found.total)

    def runs(self, run_ids: list[str]) -> RunPage:
        """Return those of these runs that the server has, deleted ones too."""
        there = [self._known(run_id) for run_id in run_ids]
        found = [run_of(run) for run in there if run is not None]
        return page_of(found, len(found))

    def detail(self, run_id: str) -> RunDetail:
        """Return a run, and what it used and kept. Raises `NotFoundError`."""
        found, files = self._message(run_id), self.files(run_id)
        return RunDetail(
            run=run_of(found),
            datasets=datasets_of(found),
            documents=[],
            artifact_count=len(files),
            artifact_bytes=sum(one.size_bytes for one in files),
        )

    def keys(self, experiment_ids: tuple[str, ...] | None) -> RunKeys:
        """Return the keys that the newest runs carry: the server has no list of all."""
        of = self._ids(experiment_ids)
        return self._keys.get(of, lambda: self._keys_of(of))

    def series(
        self,
        run_ids: list[str],
        key: str,
        start_step: int | None,
        end_step: int | None,
        max_points: int,
    ) -> list[Series]:
        """Return one metric of several runs for drawing, each with about `max_points` points."""
        found = []
        for run_id in run_ids:
            whole = in_step_order(columns_of(self._history(run_id, key)))
            asked = window(whole, start_step, end_step)
            found.append(drawn(run_id, key, asked, len(whole.steps), max_points))
        return found

    def artifacts(self, run_id: str, path: str) -> list[Artifact]:
        """Return what lies in a folder of a run's files."""
        found = islice(self._found_api().artifacts(run_id, path), MAX_FILES)
        return [artifact_of(self._understood(one, messages.FileInfo)) for one in found]

    def files(self, run_id: str) -> list[Artifact]:
        """Return a run's files in whatever folders; the rest is left out where there are many."""
        files: list[Artifact] = []
        folders = [""]
        for _ in range(MAX_FOLDERS):
            if not folders or len(files) >= MAX_FILES:
                break
            for one in self.artifacts(run_id, folders.pop()):
                if one.is_dir:
                    folders.append(one.path)
                else:
                    files.append(one)
        return sorted(files, key=lambda one: one.path)[:MAX_FILES]

    def fetch(self, run_id: str, path: str, out: BinaryIO) -> None:
        """Write a file of a run into an open file, which is then at its beginning.

        Raises `NotFoundError`; `UnreachableError` too where it has more than `MAX_ANSWER_BYTES`.
        """
        run = self._message(run_id)
        try:
            self._found_api().get_artifact(run.info.artifact_uri, path, out)
        except RefusedError as error:
            raise NotFoundError(f"{self.uri} does not give out {path!r}: {error}") from None
        out.seek(0)

    def _keys_of(self, experiment_ids: tuple[str, ...]) -> RunKeys:
        query = SourceQuery(experiment_ids, "", "", (), "active", KEY_RUNS, 0)
        runs, _ = self._search(query, "")
        return RunKeys(
            params=sorted({param.key for run in runs for param in run.params}),
            metrics=sorted({metric.key for run in runs for metric in run.metrics}),
            tags=sorted({key for run in runs for key in run.tags}),
        )

    def _message(self, run_id: str) -> messages.Run:
        if (found := self._known(run_id)) is None:
            raise NotFoundError(f"There is no run with the id {run_id!r} on {self.uri}.")
        return found

    def _known(self, run_id: str) -> messages.Run | None:
        found = self._found_api().get_run(run_id)
        return None if found is None else messages.understood(found, messages.Run, self.uri)

    def _history(self, run_id: str, key: str) -> list[tuple[int, float | None, int]]:
        points: list[tuple[int, float | None, int]] = []
        for one in self._found_api().history(run_id, key):
            point = self._understood(one, messages.Point)
            points.append((point.step, value_of(point), point.timestamp))
            if len(points) > MAX_POINTS:
                raise InvalidValueError(
                    f"{key!r} has more than {MAX_POINTS:,} points, too many to fetch from "
                    f"{self.uri} for a chart."
                )
        return points

    def _search(self, query: SourceQuery, token: str) -> tuple[list[Run], str]:
        if not query.experiment_ids:
            return [], ""
        try:
            found, following = self._found_api().search_page(
                list(query.experiment_ids),
                _filter(query),
                list(query.order_by),
                _VIEWS[query.view],
                query.limit,
                token,
            )
        except RefusedError as error:
            raise InvalidValueError(f"{self.uri} refuses the search: {error}") from None
        return [run_of(self._understood(one, messages.Run)) for one in found], following

    def _ids(self, experiment_ids: tuple[str, ...] | None) -> tuple[str, ...]:
        if experiment_ids is not None:
            return experiment_ids
        return self._experiment_ids.get(
            "all", lambda: tuple(one.experiment_id for one in self.experiments("active"))
        )

    def _found_api(self) -> MlflowApi:
        if self._api is None:
            server = detect(self.uri, self._credentials, SECONDS)
            connection = Connection(
                protocol_uri(server),
                server.kind,
                SECONDS,
                credentials=self._credentials,
                whole_seconds=WHOLE_SECONDS,
                most_bytes=MAX_ANSWER_BYTES,
            )
            self._api = MlflowApi(connection)
        return self._api

    def _understood(self, answer: Any, kind: Any) -> Any:
        return messages.understood(answer, kind, self.uri)


def _filter(query: SourceQuery) -> str:
    """Return the filter in MLflow's grammar, which has `AND` and no parentheses."""
    named = [f"attributes.run_name ILIKE {_quoted(word)}" for word in query.text.split()]
    return " AND ".join([*([query.filter] if query.filter else []), *named])


def _quoted(word: str) -> str:
    """Return a pattern of a word; `_` stands for a sign that MLflow has no way to write."""
    if "'" not in word:
        return f"'%{word}%'"
    return '"%' + word.replace('"', "_") + '%"'

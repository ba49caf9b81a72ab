"""The addresses below the server's base URL."""

from __future__ import annotations

from typing import Any

from lightflow_jlab.server import (
    artifacts,
    cells,
    experiments,
    logs,
    reproductions,
    runs,
    sources,
    status,
    stream,
    trash,
    views,
)
from lightflow_jlab.server.mlflow.routes import mlflow_routes
from lightflow_jlab.server.service import StoreService

ROOT = "lightflow/api"
_ID = "([^/]+)"

_ENDPOINTS: list[tuple[str, type]] = [
    ("status", status.StatusHandler),
    ("stream", stream.StreamHandler),
    ("experiments", experiments.ExperimentsHandler),
    (f"experiments/{_ID}", experiments.ExperimentHandler),
    (f"experiments/{_ID}/restore", experiments.ExperimentRestoreHandler),
    ("views", views.ViewsHandler),
    (f"views/{_ID}", views.ViewHandler),
    ("trash", trash.TrashHandler),
    ("cells", cells.CellsHandler),
    ("series", runs.SeriesHandler),
    ("runs", runs.RunsHandler),
    ("runs/ids", runs.RunIdsHandler),
    ("runs/groups", runs.RunGroupsHandler),
    ("runs/keys", runs.RunKeysHandler),
    ("runs/filter", runs.FilterHintsHandler),
    (f"runs/{_ID}", runs.RunHandler),
    (f"runs/{_ID}/restore", runs.RunRestoreHandler),
    (f"runs/{_ID}/changes", runs.ChangesHandler),
    (f"runs/{_ID}/documents/{_ID}", runs.DocumentHandler),
    (f"runs/{_ID}/artifacts", artifacts.ArtifactsHandler),
    (f"runs/{_ID}/artifacts/archive", artifacts.ArtifactArchiveHandler),
    (f"runs/{_ID}/artifacts/content/(.+)", artifacts.ArtifactContentHandler),
    (f"runs/{_ID}/artifacts/preview/(.+)", artifacts.ArtifactPreviewHandler),
    (f"runs/{_ID}/reproductions", reproductions.ReproductionsHandler),
    (f"runs/{_ID}/reproductions/{_ID}", reproductions.ReproductionHandler),
    (f"logs/{_ID}", logs.LogHandler),
    (f"logs/{_ID}/segments/{_ID}", logs.SegmentHandler),
    (f"logs/{_ID}/artifacts/{_ID}/(.+)", logs.SentArtifactHandler),
    ("sources", sources.SourcesHandler),
    (f"sources/{_ID}/experiments", sources.SourceExperimentsHandler),
    (f"sources/{_ID}/runs", sources.SourceRunsHandler),
    (f"sources/{_ID}/runs/ids", sources.SourceRunIdsHandler),
    (f"sources/{_ID}/runs/keys", sources.SourceRunKeysHandler),
    (f"sources/{_ID}/runs/filter", sources.SourceFilterHintsHandler),
    (f"sources/{_ID}/runs/{_ID}", sources.SourceRunHandler),
    (f"sources/{_ID}/runs/{_ID}/artifacts", sources.SourceArtifactsHandler),
    (f"sources/{_ID}/runs/{_ID}/artifacts/content/(.+)", sources.SourceArtifactContentHandler),
    (f"sources/{_ID}/runs/{_ID}/artifacts/preview/(.+)", sources.SourceArtifactPreviewHandler),
    (f"sources/{_ID}/series", sources.SourceSeriesHandler),
    (".*", status.UnknownHandler),
]


def routes(service: StoreService) -> list[tuple[str, type, dict[str, Any]]]:
    """Return patterns, handlers and what each handler is given."""
    given = {"service": service}
    ours = [(f"{ROOT}/{pattern}", handler, given) for pattern, handler in _ENDPOINTS]
    return [*mlflow_routes(service), *ours]

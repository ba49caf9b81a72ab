"""Every address of the server with its verbs, and what each needs permission for."""

from __future__ import annotations

from typing import NamedTuple

RUN = "0123456789abcdef0123456789abcdef"
MADE = "00ff00ff00ff00ff00ff00ff00ff00ff"
"""A reproduction that nobody has started."""
NOWHERE = "nowhere"
"""A server that nobody has configured."""


VIEW = {
    "experiment_id": None,
    "search": "metrics.loss < 0.5",
    "statuses": ["FINISHED"],
    "sort": {"id": "metrics.loss", "descending": False},
    "columns": ["params.lr", "metrics.loss"],
    "pinned": [],
    "group_by": "params.lr",
    "aggregate": "range",
    "nested": True,
    "folded": False,
}


class Endpoint(NamedTuple):
    method: str
    path: str
    action: str
    resource: str


READS = [
    Endpoint("GET", "status", "read", "lightflow:status"),
    Endpoint("GET", "experiments", "read", "lightflow:experiments"),
    Endpoint("GET", "experiments/1", "read", "lightflow:experiments"),
    Endpoint("GET", f"series?run_id={RUN}&key=loss", "read", "lightflow:runs"),
    Endpoint("GET", "views", "read", "lightflow:views"),
    Endpoint("GET", "trash?older_than_days=1", "read", "lightflow:trash"),
    Endpoint("POST", "cells", "read", "lightflow:runs"),
    Endpoint("GET", "runs", "read", "lightflow:runs"),
    Endpoint("GET", "runs/ids", "read", "lightflow:runs"),
    Endpoint("GET", "runs/groups?by=params.lr", "read", "lightflow:runs"),
    Endpoint("GET", "runs/keys", "read", "lightflow:runs"),
    Endpoint("GET", "runs/filter?text=metrics.&position=8", "read", "lightflow:runs"),
    Endpoint("GET", f"runs/{RUN}", "read", "lightflow:runs"),
    Endpoint("GET", f"runs/{RUN}/changes", "read", "lightflow:runs"),
    Endpoint("GET", f"runs/{RUN}/documents/source", "read", "lightflow:runs"),
    Endpoint("GET", f"runs/{RUN}/artifacts", "read", "lightflow:artifacts"),
    Endpoint("GET", f"runs/{RUN}/artifacts/archive", "read", "lightflow:artifacts"),
    Endpoint("GET", f"runs/{RUN}/artifacts/content/notes.txt", "read", "lightflow:artifacts"),
    Endpoint("GET", f"runs/{RUN}/artifacts/preview/notes.txt", "read", "lightflow:artifacts"),
    Endpoint("GET", f"runs/{RUN}/reproductions", "read", "lightflow:reproductions"),
    Endpoint("GET", f"runs/{RUN}/reproductions/{MADE}", "read", "lightflow:reproductions"),
    Endpoint("GET", f"logs/{RUN}", "read", "lightflow:logs"),
    Endpoint("GET", "sources", "read", "lightflow:sources"),
    *(
        Endpoint("GET", f"sources/{NOWHERE}/{path}", "read", "lightflow:sources")
        for path in (
            "experiments",
            "runs",
            "runs/ids",
            "runs/keys",
            "runs/filter?text=metrics.",
            f"runs/{RUN}",
            f"runs/{RUN}/artifacts",
            f"runs/{RUN}/artifacts/content/notes.txt",
            f"runs/{RUN}/artifacts/preview/notes.txt",
            f"series?run_id={RUN}&key=loss",
        )
    ),
]
WRITES = [
    Endpoint("POST", "experiments", "write", "lightflow:experiments"),
    Endpoint("PATCH", "experiments/1", "write", "lightflow:experiments"),
    Endpoint("DELETE", "experiments/1", "write", "lightflow:experiments"),
    Endpoint("POST", "experiments/1/restore", "write", "lightflow:experiments"),
    Endpoint("PATCH", f"runs/{RUN}", "write", "lightflow:runs"),
    Endpoint("DELETE", f"runs/{RUN}", "write", "lightflow:runs"),
    Endpoint("POST", f"runs/{RUN}/restore", "write", "lightflow:runs"),
    Endpoint("PATCH", "runs", "write", "lightflow:runs"),
    Endpoint("POST", "views", "write", "lightflow:views"),
    Endpoint("PATCH", "views/1", "write", "lightflow:views"),
    Endpoint("DELETE", "views/1", "write", "lightflow:views"),
    Endpoint("POST", f"logs/{RUN}/segments/1?offset=0", "write", "lightflow:logs"),
    Endpoint("PUT", f"logs/{RUN}/artifacts/{RUN}/a.txt", "write", "lightflow:artifacts"),
    Endpoint("DELETE", "trash", "write", "lightflow:trash"),
    Endpoint("POST", f"runs/{RUN}/reproductions", "execute", "lightflow:reproductions"),
    Endpoint("DELETE", f"runs/{RUN}/reproductions/{MADE}", "execute", "lightflow:reproductions"),
]
STREAM = Endpoint("GET", "stream", "read", "lightflow:stream")
ENDPOINTS = [*READS, *WRITES]

BODIES = {
    ("POST", "cells"): {"cell_ids": ["cell-1"]},
    ("POST", "experiments"): {"name": "letters"},
    ("PATCH", "experiments/1"): {"description": "changed"},
    ("PATCH", f"runs/{RUN}"): {"note": "changed"},
    ("PATCH", "runs"): {"run_ids": [RUN], "tags": {"kept": "yes"}},
    ("POST", "views"): {"name": "mine", "definition": VIEW},
    ("PATCH", "views/1"): {"name": "ours"},
}

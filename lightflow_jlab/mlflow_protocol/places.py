"""Addresses of artifacts as MLflow's clients know them. Where the files are is not told."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote

from lightflow_jlab.config.locations import artifact_folder, model_folder
from lightflow_jlab.contract.limits import MODEL_ID, RUN_ID, check_artifact_path
from lightflow_jlab.errors import InvalidValueError, LocationError

ROOT = "mlflow-artifacts:/"

_DECODINGS = 5


def experiment_location(experiment_id: int | str) -> str:
    return f"{ROOT}{experiment_id}"


def run_location(experiment_id: int | str, run_id: str) -> str:
    return f"{ROOT}{experiment_id}/{run_id}/artifacts"


def model_location(experiment_id: int | str, model_id: str) -> str:
    return f"{ROOT}{experiment_id}/models/{model_id}/artifacts"


class Place(NamedTuple):
    """Something among the artifacts of a run or of a logged model."""

    kind: Literal["run", "model"]
    owner: str
    """The id of the run or model."""
    path: str
    """Relative to the owner's artifacts, empty for all of them."""

    def folder(self, store: Path) -> Path:
        """Return the folder of the owner's artifacts."""
        return (artifact_folder if self.kind == "run" else model_folder)(store, self.owner)

    def parts(self, store: Path) -> tuple[str, ...]:
        """Return the names on the way from the store to what is meant."""
        return (*self.folder(store).relative_to(store).parts, *filter(None, self.path.split("/")))


def place(address: str) -> Place:
    """Return what an address below `mlflow-artifacts:/` means.

    Raises `LocationError` for a path that could lead elsewhere, `InvalidValueError` for one that
    belongs to no run and no model.
    """
    plain = plain_path(address.strip("/")).split("/")
    match plain:
        case [number, run, "artifacts", *rest] if number.isdecimal() and RUN_ID.fullmatch(run):
            return Place("run", run, "/".join(rest))
        case [number, "models", model, "artifacts", *rest] if (
            number.isdecimal() and MODEL_ID.fullmatch(model)
        ):
            return Place("model", model, "/".join(rest))
    raise InvalidValueError(
        f"{address[:80]!r} is no artifact's address. Expected "
        "'<experiment>/<run>/artifacts/<path>' or '<experiment>/models/<model>/artifacts/<path>'."
    )


def plain_path(path: str) -> str:
    """Return a path that leads nowhere else however often it is decoded. Raises `LocationError`."""
    decoded = check_artifact_path(path)
    for _ in range(_DECODINGS):
        decoded = check_artifact_path(unquote(decoded))
    return path


def place_of_uri(uri: str) -> Place:
    """Return what an artifact URI that was given out means. Raises as `place` does."""
    if not uri.startswith(ROOT) or uri.startswith(ROOT + "/"):
        raise LocationError(f"{uri[:80]!r} is no address of this server's artifacts.")
    return place(uri.removeprefix(ROOT))

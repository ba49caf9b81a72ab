"""Who takes part: what to install, how much each is asked, what it can't do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Measure = Literal["start", "calls", "durable", "history", "search"]


@dataclass(frozen=True)
class Peer:
    title: str
    module: str
    """The file of this package, and the name of the environment."""
    requirement: str
    points: int
    """Of the durable measure, one call each; bounded so that a slow tracker ends in seconds."""
    history: int
    runs: tuple[int, ...] = ()
    """Sizes of the stores that are searched; none: `lacks` says why."""
    lacks: dict[Measure, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    """Environment: no telemetry, no network. `{folder}` is the tracker's folder."""
    index: str | None = None
    """Pattern of the files that hold the points for good, where a log is kept beside them."""
    history_by_batches: bool = False


LIGHTFLOW = Peer(
    "Lightflow",
    "lightflow",
    "",
    1_000_000,
    1_000_000,
    (100, 2_000, 10_000, 100_000),
    index="**/lightflow.db*",
)
PEERS = (
    Peer(
        "Trackio",
        "trackio",
        "trackio==0.43.0",
        100_000,
        100_000,
        (100, 2_000, 10_000, 100_000),
        variables={
            "TRACKIO_DIR": "{folder}",
            "HF_HUB_OFFLINE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "GRADIO_ANALYTICS_ENABLED": "False",
        },
    ),
    Peer(
        "SwanLab",
        "swanlab",
        "swanlab==0.10.3",
        50_000,
        0,
        lacks={"history": "no offline reader", "search": "no offline search"},
    ),
    Peer(
        "TensorBoardX",
        "tensorboardx",
        "tensorboardX==2.6.5 tensorboard==2.21.0",
        100_000,
        100_000,
        lacks={"search": "no search"},
    ),
    Peer(
        "DVCLive",
        "dvclive",
        "dvclive==3.49.1",
        20_000,
        20_000,
        lacks={"search": "no search without Git"},
        variables={"DVC_NO_ANALYTICS": "1", "DVC_STUDIO_OFFLINE": "1"},
    ),
    Peer(
        "W&B offline",
        "wandb",
        "wandb==0.31.0",
        20_000,
        0,
        lacks={"history": "no offline reader", "search": "no offline search"},
        variables={
            "WANDB_MODE": "offline",
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
        },
    ),
    Peer("Aim", "aim", "aim==3.29.1", 10_000, 10_000, (100,)),
    Peer(
        "MLflow",
        "mlflow",
        "mlflow==3.17.2",
        500,
        100_000,
        (100, 2_000, 10_000, 100_000),
        variables={"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
        history_by_batches=True,
    ),
)

"""The data that a run took in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lightflow_jlab.contract.records import DatasetRecord, Inputs
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.tracking import values

if TYPE_CHECKING:
    from lightflow_jlab.spool.writer import SpoolWriter
    from lightflow_jlab.tracking.run import RunInfo

CONTEXT_TAG = "mlflow.data.context"


class InputLogging:
    """What `ActiveRun` does with data."""

    info: RunInfo
    _writer: SpoolWriter

    def log_input(
        self,
        dataset: Any,
        context: str | None = None,
        tags: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
    ) -> None:
        """Record what data are, never the data: name, digest, schema, shape, context.

        Parameters
        ----------
        dataset
            A DataFrame of pandas or polars, a NumPy array, a tensor of torch, a DMatrix of XGBoost,
            or a dataset of `mlflow.data`.
        context
            `training`, `validation` …
        """
        from lightflow_jlab.tracking.datasets import describe

        texts = {key: str(value) for key, value in values.tag_values(tags or {}).items()}
        if context is not None:
            texts[CONTEXT_TAG] = str(context)
        self.log_inputs([describe(name or "", dataset, texts)])

    def log_inputs(self, datasets: Sequence[DatasetRecord]) -> None:
        """Record datasets that are described already."""
        if datasets:
            self._writer.record(RecordType.INPUTS, Inputs(self.info.run_id, list(datasets)))
            self.datasets.update({one.name: one for one in datasets})

    @property
    def datasets(self) -> dict[str, DatasetRecord]:
        """What was logged until now, by name."""
        found: dict[str, DatasetRecord] = self.__dict__.setdefault("_datasets", {})
        return found

"""Git and environment of a run, read in a thread beside the cell."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from pathlib import Path

from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.tracking.environment import environment_json
from lightflow_jlab.tracking.git import git_state
from lightflow_jlab.tracking.run import ActiveRun


class Surroundings:
    """Records by itself; a run that ended before it was ready gets it a moment later."""

    def __init__(self, run: ActiveRun, folder: Path) -> None:
        self.commit = ""
        self.environment = ""
        """As JSON; both empty until they are read."""
        self._run = run
        self._folder = folder
        self._thread = threading.Thread(
            target=self._record, name="lightflow-surroundings", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    @harmless("record git and environment")
    def _record(self) -> None:
        state = git_state(self._folder)
        if state is not None:
            facts = asdict(state)
            diff = facts.pop("diff")
            self._run.log_document("git", json.dumps(facts), "application/json")
            if diff:
                self._run.log_document("git_diff", diff, "text/x-diff")
            tags = {"mlflow.source.git.commit": state.commit}
            if state.branch:
                tags["mlflow.source.git.branch"] = state.branch
            if state.remote:
                tags["mlflow.source.git.repoURL"] = state.remote
            if state.commit:
                self.commit = state.commit
                self._run.set_tags(tags)
        self.environment = environment_json()
        self._run.log_document("environment", self.environment, "application/json")

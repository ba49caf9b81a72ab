"""MLflow's REST calls about models: those that runs log, and those of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightflow_jlab.remote.mlflow_calls import MlflowCalls

PAGE = 100


class MlflowModelsApi(MlflowCalls):
    # --- logged models

    def logged_models(self, experiment_ids: list[str]) -> Iterator[dict[str, Any]]:
        return self._pages(
            self._post,
            "logged-models/search",
            "models",
            experiment_ids=experiment_ids,
            max_results=PAGE,
        )

    def create_logged_model(self, experiment_id: str, **more: Any) -> dict[str, Any]:
        answer = self._post("logged-models", experiment_id=experiment_id, **more)
        return dict(answer["model"])

    def set_logged_model_tags(self, model_id: str, tags: list[dict[str, Any]]) -> None:
        self._patch(f"logged-models/{model_id}/tags", tags=tags)

    def finish_logged_model(self, model_id: str, status: str) -> None:
        self._patch(f"logged-models/{model_id}", model_id=model_id, status=status)

    # --- registered models

    def registered_models(self) -> Iterator[dict[str, Any]]:
        return self._pages(
            self._get, "registered-models/search", "registered_models", max_results=PAGE
        )

    def registered_model(self, name: str) -> dict[str, Any] | None:
        found = self._known("registered-models/get", name=name)
        return None if found is None else dict(found["registered_model"])

    def create_registered_model(self, name: str, **more: Any) -> None:
        self._post("registered-models/create", name=name, **more)

    def describe_registered_model(self, name: str, description: str) -> None:
        self._patch("registered-models/update", name=name, description=description)

    def set_registered_model_tag(self, name: str, key: str, value: str) -> None:
        self._post("registered-models/set-tag", name=name, key=key, value=value)

    def set_alias(self, name: str, alias: str, version: str) -> None:
        self._post("registered-models/alias", name=name, alias=alias, version=version)

    # --- what has no place here

    def prompt_count(self) -> int:
        """Return how many of the registry's models are prompts."""
        asked = {"filter": "tags.`mlflow.prompt.is_prompt` = 'true'", "max_results": PAGE}
        found = self._pages(self._get, "registered-models/search", "registered_models", **asked)
        return sum(1 for _ in found)

    def has_traces(self, experiment_ids: list[str]) -> bool:
        answer = self._get("traces", experiment_ids=experiment_ids, max_results=1)
        return bool(answer.get("traces"))

    # --- their versions

    def versions(self, name: str) -> Iterator[dict[str, Any]]:
        return self._pages(self._get, "model-versions/search", "model_versions", filter=named(name))

    def files_uri(self, name: str, version: str) -> str:
        """Return where a version's files lie; empty where the server doesn't say."""
        answer = self._get("model-versions/get-download-uri", name=name, version=version)
        return str(answer.get("artifact_uri", ""))

    def create_version(self, name: str, **more: Any) -> str:
        answer = self._post("model-versions/create", name=name, **more)
        return str(answer["model_version"]["version"])

    def describe_version(self, name: str, version: str, description: str) -> None:
        self._patch("model-versions/update", name=name, version=version, description=description)

    def move_version(self, name: str, version: str, stage: str) -> None:
        """Put a version into a stage; those that are there stay."""
        self._post(
            "model-versions/transition-stage",
            name=name,
            version=version,
            stage=stage,
            archive_existing_versions=False,
        )

    def set_version_tag(self, name: str, version: str, key: str, value: str) -> None:
        self._post("model-versions/set-tag", name=name, version=version, key=key, value=value)


def named(name: str) -> str:
    """Return the filter that finds a model by its name."""
    quoted = name.replace("'", "\\'")
    return f"name = '{quoted}'"

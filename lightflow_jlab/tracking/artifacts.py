"""Files of a run: written whole into its artifact folder, then named in the log.

A file appears under its name only when it is complete. A store that can't be written costs the
artifact and one warning, never the user's code.
"""

from __future__ import annotations

import io
import json
import mimetypes
import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lightflow_jlab.config.locations import artifact_folder, make_private_folder
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.contract.limits import check_artifact_path, check_key
from lightflow_jlab.contract.records import ArtifactRecord
from lightflow_jlab.errors import InvalidTypeError, InvalidValueError, NotFoundError
from lightflow_jlab.spool.format import RecordType

if TYPE_CHECKING:
    from lightflow_jlab.spool.writer import SpoolWriter
    from lightflow_jlab.tracking.run import RunInfo


class ArtifactLogging:
    """The artifact methods of a run."""

    info: RunInfo
    store: Path
    """The store's folder."""
    _writer: SpoolWriter

    def log_artifact(
        self, local_path: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Copy a local file or folder into the run, below the folder `artifact_path`."""
        source = Path(local_path)
        if source.is_dir():
            self.log_artifacts(source, _join(artifact_path, source.name))
        elif source.is_file():
            self._copy_in(source, _join(artifact_path, source.name))
        else:
            raise NotFoundError(f"There is no file {str(source)!r} to log as an artifact.")

    def log_artifacts(
        self, local_dir: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Copy what is in a local folder into the run. Links to folders are not followed."""
        root = Path(local_dir)
        if not root.is_dir():
            raise NotFoundError(f"There is no folder {str(root)!r} to log artifacts from.")
        for folder, names, files in os.walk(root):
            names.sort()
            for name in sorted(files):
                path = Path(folder, name)
                if path.is_file():
                    self._copy_in(path, _join(artifact_path, path.relative_to(root).as_posix()))

    def log_text(self, text: str, artifact_file: str) -> None:
        """Keep a text as a UTF-8 file."""
        if not isinstance(text, str):
            raise InvalidTypeError(f"log_text takes a string; given was {type(text).__name__}.")
        self.log_artifact_bytes(text.encode("utf-8", "replace"), artifact_file)

    def log_dict(self, dictionary: Mapping[str, Any] | list[Any], artifact_file: str) -> None:
        """Keep a dict or list as YAML where the name ends so (and PyYAML is there), else JSON."""
        if artifact_file.endswith((".yaml", ".yml")):
            import yaml

            text = yaml.safe_dump(dictionary, sort_keys=False, allow_unicode=True)
        else:
            text = json.dumps(dictionary, indent=2, default=str, ensure_ascii=False)
        self.log_text(text, artifact_file)

    def log_figure(
        self, figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
    ) -> None:
        """Keep a Matplotlib figure (by the name's ending) or a Plotly figure (as HTML)."""
        check_artifact_path(artifact_file)
        if hasattr(figure, "savefig"):
            ending = artifact_file.rpartition(".")[2]
            buffer = io.BytesIO()
            figure.savefig(
                buffer, **{"format": ending, "bbox_inches": "tight", **(save_kwargs or {})}
            )
            self.log_artifact_bytes(buffer.getvalue(), artifact_file)
        elif hasattr(figure, "to_html"):
            self.log_text(figure.to_html(**(save_kwargs or {})), artifact_file)
        else:
            raise InvalidTypeError(
                f"log_figure takes a Matplotlib or Plotly figure; given was "
                f"{type(figure).__name__}. For a picture use log_image."
            )

    def log_image(
        self,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
    ) -> None:
        """Keep a picture: a PIL image, or an array of height x width (x 1, 3 or 4).

        Arrays hold integers in 0..255 or floats in 0..1. Give either the file's name, or a key and
        a step for a series of pictures, kept as `images/<key>/<step>.png`.
        """
        if (artifact_file is None) == (key is None):
            raise InvalidValueError(
                "log_image needs either artifact_file='picture.png' or key='samples', not both."
            )
        if artifact_file is None:
            artifact_file = f"images/{check_key('metric', key)}/{step or 0:08d}.png"
        check_artifact_path(artifact_file)
        from lightflow_jlab.tracking.media import encode_image

        self.log_artifact_bytes(encode_image(image, artifact_file), artifact_file)

    def log_table(self, data: Any, artifact_file: str) -> None:
        """Keep a table: a DataFrame or a dict of columns; `.csv`, `.json` (split) or `.parquet`."""
        check_artifact_path(artifact_file)
        from lightflow_jlab.tracking.media import encode_table

        self.log_artifact_bytes(encode_table(data, artifact_file), artifact_file)

    def log_media(self, key: str, value: Any, step: int | None = None) -> None:
        """Keep a figure or a picture that stood in a dict of metrics, under its key."""
        if hasattr(value, "savefig"):
            self.log_figure(value, f"figures/{key}/{step or 0:08d}.png")
        elif hasattr(value, "write_html"):
            self.log_figure(value, f"figures/{key}/{step or 0:08d}.html")
        else:
            self.log_image(value, key=key, step=step)

    def log_artifact_bytes(
        self, data: bytes, artifact_file: str, media_type: str | None = None
    ) -> None:
        """Keep bytes as a file of the run."""
        self._keep(artifact_file, lambda file: file.write(data), media_type)

    def _copy_in(self, source: Path, artifact_file: str) -> None:
        with source.open("rb") as opened:
            self._keep(artifact_file, lambda file: shutil.copyfileobj(opened, file, 1024 * 1024))

    def _keep(
        self,
        artifact_file: str,
        write: Callable[[BinaryIO], object],
        media_type: str | None = None,
    ) -> None:
        check_artifact_path(artifact_file)
        target = artifact_folder(self.store, self.info.run_id) / artifact_file
        try:
            size = _write_whole(target, write)
        except OSError as error:
            warn_once(
                f"artifact:{error.errno}",
                f"The artifact {artifact_file!r} is lost: {target.parent} can't be written "
                f"({error.strerror or error}). Your code goes on.",
            )
            return
        guessed = media_type or mimetypes.guess_type(artifact_file)[0] or "application/octet-stream"
        self._writer.record(
            RecordType.ARTIFACT,
            ArtifactRecord(
                self.info.run_id, artifact_file, size, guessed, time.time_ns() // 1_000_000
            ),
        )


def _write_whole(target: Path, write: Callable[[BinaryIO], object]) -> int:
    """Write a file so that its name never shows a part of it; return its size in bytes."""
    make_private_folder(target.parent)
    draft = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            size = file.tell()
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return size


def _join(folder: str | None, name: str) -> str:
    return f"{folder.strip('/')}/{name}" if folder else name

"""What a sender says of itself, for the programs whose runs it sends: a small file."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

REFUSED = "refused:"
"""How the causes of notices begin that tell of what is not on the server."""
_NAME = "sender-state.json"


class SenderState(msgspec.Struct, frozen=True):
    notices: dict[str, str]
    """What the user should know, by its cause: what is refused, and why nothing is sent now."""
    waiting_bytes: int

    def refusals(self) -> dict[str, str]:
        """Return the notices that stay true when all is sent."""
        return {cause: text for cause, text in self.notices.items() if cause.startswith(REFUSED)}


def sender_state(outbox: Path) -> SenderState | None:
    """Return what was said last, None where nothing was."""
    try:
        return msgspec.json.decode((outbox / _NAME).read_bytes(), type=SenderState)
    except (OSError, msgspec.MsgspecError):
        return None


def put_state(outbox: Path, state: SenderState) -> None:
    """Say it, unless that is what was said last. A full disk is no reason to stop sending."""
    if sender_state(outbox) == state:
        return
    draft = outbox / f".{_NAME}.part"
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(state))
        draft.replace(outbox / _NAME)
    except OSError:
        return

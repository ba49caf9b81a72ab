"""Every error that Lightflow raises on purpose.

Each is a `LightflowError` and also the builtin that fits, so that `except ValueError` works for
people who don't know the package. A message says what was given, what is expected, what to do.
"""

from __future__ import annotations


class LightflowError(Exception):
    """Base of all errors raised on purpose."""


class InvalidValueError(LightflowError, ValueError):
    """A value that the user gave can't be used: a key, a number, a flag, a filter."""


class InvalidTypeError(LightflowError, TypeError):
    """A value of the wrong type, where no conversion would be honest."""


class NotFoundError(LightflowError, LookupError):
    """Nothing has the given id or name."""


class ConflictError(LightflowError, ValueError):
    """The name is taken, or the object is in a state that forbids the command."""


class EditConflictError(ConflictError):
    """Somebody else has changed what was to be changed."""

    def __init__(self, message: str, present: dict[str, str | None]) -> None:
        super().__init__(message)
        self.present = present
        """What stands there now."""


class LocationError(InvalidValueError):
    """A path or name that would lead outside its folder."""


class StoreError(LightflowError, RuntimeError):
    """The store can't be opened, read or written."""


class StoreTooNewError(StoreError):
    """The store was written by a newer Lightflow; it is left untouched."""


class StoreDamagedError(StoreError):
    """The store's database, or a part of it, can't be read any more."""


class StoreReadOnlyError(StoreError):
    """The store's folder can't be written, and the command would change something."""


class SpoolError(LightflowError, OSError):
    """The log can't be written."""


class SpoolDamagedError(SpoolError):
    """The head of a file of the log is damaged."""

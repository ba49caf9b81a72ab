"""The log: append-only files, one writer each, that survive the death of their process."""

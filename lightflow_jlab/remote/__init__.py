"""Runs that are recorded to a server: what waits in an outbox is sent, what is there is read."""

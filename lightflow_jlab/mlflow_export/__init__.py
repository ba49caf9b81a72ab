"""What a store holds, to an MLflow server. Doing it again sends only what is new.

Each thing there carries our id for it as a tag, and as what it was sent: so it is found again, by
whoever exports, and what has not changed since is passed over.
"""

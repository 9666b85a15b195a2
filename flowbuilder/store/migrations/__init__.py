"""Alembic migrations of the database: append-only, run in-process when the store is opened.

A new one is `versions/NNNN_what_it_does.py` with `revision = "NNNN"`, and `NEWEST` here. A shipped one is never
edited.
"""

NEWEST = "0004"

"""Plays Plivo and the caller: performs documents, fetches the next, and keeps a transcript."""

"""A flow's name as it may stand in a URL or a file's name."""

from __future__ import annotations

import re
import unicodedata

SLUG_LENGTH = 40


def slug(name: str) -> str:
    """`Clinic main line` gives `clinic-main-line`; nothing usable gives `flow`. ASCII, 40 characters at most."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "flow"

"""The Chromium that stories are told to and measurements are made in."""

from __future__ import annotations

import os
import shutil

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_program() -> str | None:
    """Where Chromium is: what FLOWBUILDER_CHROMIUM names, or the first on the path; None where there is none."""
    named = os.environ.get("FLOWBUILDER_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)

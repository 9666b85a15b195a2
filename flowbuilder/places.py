"""Where the static files and the templates are: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def static_folder() -> Path:
    """The folder of css, canvas, icons and vendor."""
    return _folder("static")


def templates_folder() -> Path:
    """The folder with one folder per screen."""
    return _folder("templates")


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name

"""Static files, under addresses that change with their content, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from threading import Lock
from time import monotonic

from flask import Flask, Response, send_from_directory

KEEP_FOR_GOOD = "public, max-age=31536000, immutable"
SECONDS_BETWEEN_LOOKS = 1.0

# With `nosniff` a browser refuses a script whose type the machine's own tables get wrong or do not know.
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class StaticFolder:
    """A folder of files and the stamp of everything in it: a hash that changes when any file does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._looked_at = float("-inf")
        self._seen: list[tuple[str, int, int]] = []
        self._stamp = ""

    @property
    def stamp(self) -> str:
        """The stamp, looked up again at most once a second: a file that is edited is served at once."""
        with self._lock:
            if monotonic() - self._looked_at >= SECONDS_BETWEEN_LOOKS:
                seen = self._look()
                if seen != self._seen or not self._stamp:
                    self._seen, self._stamp = seen, self._hash(seen)
                self._looked_at = monotonic()
            return self._stamp

    def _look(self) -> list[tuple[str, int, int]]:
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        facts = ((path.relative_to(self.folder).as_posix(), path.stat()) for path in files)
        return [(name, stat.st_mtime_ns, stat.st_size) for name, stat in facts]

    def _hash(self, seen: list[tuple[str, int, int]]) -> str:
        digest = hashlib.sha256()
        for name, _modified, size in seen:
            digest.update(f"{name} {size} ".encode())
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()[:12]


def serve_static_files(app: Flask, folder: Path) -> None:
    """Serves `folder` at /static/; `url_for("static", filename=...)` gives the stamped address.

    The stamp is a folder of the address (`/static/~1f0c…/css/base.css`), so that what a file names
    relatively, such as the modules that a module imports, carries it too.
    """
    for ending, kind in TYPES.items():
        mimetypes.add_type(kind, ending)
    files = StaticFolder(folder)

    def send(filename: str) -> Response:
        stamp = None
        if filename.startswith("~"):
            stamp, _, filename = filename[1:].partition("/")
        response = send_from_directory(folder, filename)
        response.headers["Cache-Control"] = KEEP_FOR_GOOD if stamp == files.stamp else "no-cache"
        return response

    def add_stamp(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and not str(values.get("filename", "~")).startswith("~"):
            values["filename"] = f"~{files.stamp}/{values['filename']}"

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=send)
    app.url_default_functions.setdefault(None, []).append(add_stamp)

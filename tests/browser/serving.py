"""A Flowbuilder that answers on a port of this machine, for a real browser."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.web import EXTENSION, Flowbuilder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from playwright.sync_api import Page

    from flowbuilder.flow.model import Flow


SECONDS_BETWEEN_LOOKS = 0.02  # whether the server is to stop: that is waited for at the end of every test


@dataclass(frozen=True)
class Running:
    """Where it answers, and the parts inside it."""

    url: str
    parts: Flowbuilder

    def log_in(self, page: Page) -> None:
        page.goto(f"{self.url}/?token={self.parts.login.token}")

    def add(self, flow: Flow) -> str:
        """Keeps a flow; gives its id."""
        return self.parts.store.flows.create(flow).id


@contextmanager
def running_flowbuilder(folder: Path, plivo: httpx.BaseTransport | None = None, **settings: Any) -> Iterator[Running]:
    """One with an empty database in `folder`, for as long as the block lasts. `plivo` leads to Plivo's REST API."""
    # The sandbox asks the webhooks inside the process: nobody looks this name up.
    database = f"sqlite:///{folder / 'flows.sqlite3'}"
    usual = {"public_url": "http://flows.test", "secret_key": "for tests"}
    app = create_app(Settings(database, **{**usual, **settings}), plivo=plivo)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(SECONDS_BETWEEN_LOOKS,), daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{server.server_port}", app.extensions[EXTENSION])
    finally:
        server.shutdown()
        thread.join()
        app.extensions[EXTENSION].store.close()

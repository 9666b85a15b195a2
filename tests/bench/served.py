"""Programs that listen on a port of this machine while they are measured, `flowbuilder serve` above all."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowbuilder.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Page

    from flowbuilder.flow.model import Flow

SECONDS_TO_START = 60
LOGIN = re.compile(rb"http://\S+/\?token=\S+")


@dataclass(frozen=True)
class Served:
    """`flowbuilder serve` as a user starts it: where it answers, what it prints, and its database."""

    url: str
    output: Path
    store: Store

    def log_in(self, page: Page) -> None:
        """By the address printed last: each is good for once."""
        page.goto(LOGIN.findall(self.output.read_bytes())[-1].decode())

    def add(self, flow: Flow) -> str:
        """Keeps a flow; gives its id."""
        return self.store.flows.create(flow).id


@contextlib.contextmanager
def served_flowbuilder(folder: Path) -> Iterator[Served]:
    """One with an empty database in the folder, and with the sandbox."""
    database = f"sqlite:///{folder / 'flows.sqlite3'}"
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLIVO_")}
    environment["FLOWBUILDER_DATABASE_URL"] = database
    with (
        served(["-m", "flowbuilder", "serve", "--port", str(port)], port, environment) as output,
        contextlib.closing(open_store(database)) as store,
    ):
        _wait_for_login(output)
        yield Served(f"http://127.0.0.1:{port}", output, store)


@contextlib.contextmanager
def served(arguments: list[str], port: int, environment: Mapping[str, str]) -> Iterator[Path]:
    """Runs Python with these arguments until the block ends; gives the file it prints to, once the port answers."""
    command = [sys.executable, *arguments]
    with tempfile.TemporaryDirectory(prefix="flowbuilder-bench-") as name:
        output = Path(name) / "output"
        with output.open("wb") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=file) as process:
            try:
                _wait_for(port, process, output)
                yield output
            finally:
                process.terminate()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended: {output.read_text()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"No server answered on port {port} within {SECONDS_TO_START} seconds.")


def _wait_for_login(output: Path) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        if LOGIN.search(output.read_bytes()):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not print where to log in: {output.read_text()}")

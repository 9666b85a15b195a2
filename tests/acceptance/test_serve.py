"""`flowbuilder serve`, as a program of its own: what it prints, who gets in, what is there after a second start."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import lxml.html
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 150

pytestmark = pytest.mark.xdist_group("serve")


@dataclass
class Serving:
    """A running server: its process, what it has printed, and the address with the token."""

    process: subprocess.Popen[bytes]
    printed: str
    address: str

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Serving]:
    """`flowbuilder serve` on a free port, in a home that is otherwise empty, until the block ends."""
    env = {name: value for name, value in os.environ.items() if not re.match("PLIVO|FLOWBUILDER|XDG", name)}
    with (home / "errors").open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "flowbuilder", "serve", "--port", "0", *options],
            env={**env, "HOME": str(home), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    try:
        printed = read_until(process, rb"\?token=\S+\s")
        found = re.search(r"http://\S+/\?token=\S+", printed)
        assert found, printed + (home / "errors").read_text()
        yield Serving(process, printed, found[0])
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def read_until(process: subprocess.Popen[bytes], pattern: bytes) -> str:
    """What the process prints, up to what the pattern finds, or to its end."""
    assert process.stdout is not None
    seen, give_up = b"", time.monotonic() + SECONDS
    while not re.search(pattern, seen):
        ready, _, _ = select.select([process.stdout], [], [], max(0, give_up - time.monotonic()))
        piece = os.read(process.stdout.fileno(), 65_536) if ready else b""
        if not piece:
            break
        seen += piece
    return seen.decode()


@contextmanager
def browsing(origin: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=origin, follow_redirects=True, trust_env=False, timeout=60) as client:
        yield client


def test_a_first_start_a_login_a_flow_and_a_second_start(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        *before, last = first.printed.strip().splitlines()
        assert last == f"Open {first.address}"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{20,}", first.address)
        (line,) = before
        place = line.removeprefix("Database: ")
        assert place.startswith(str(tmp_path))
        assert os.path.exists(place)
        with browsing(first.origin) as browser:
            assert browser.get("/healthz").text == "ok\n"
            assert browser.get("/").status_code == 401
            assert browser.get("/", params={"token": "guessed"}).status_code == 401
            home = browser.get(first.address)
            assert home.status_code == 200
            assert "token" not in str(home.url)
            assert browser.get("/new").status_code == 200
            csrf = lxml.html.document_fromstring(home.text).xpath("string(//meta[@name='csrf-token']/@content)")
            made = browser.post("/flows", data={"template": "voicemail", "csrf_token": csrf})
            assert made.url.path.endswith("/edit")
            cookies = browser.cookies
        with browsing(first.origin) as another:
            assert another.get(first.address).status_code == 401, "the token is spent"
        announced = read_until(first.process, rb"\?token=\S+\s")
        assert "another browser" in announced
    assert first.process.returncode == 0
    assert (tmp_path / "errors").read_text() == ""

    with serving(tmp_path) as second, browsing(second.origin) as browser:
        assert second.address != first.address
        browser.cookies = cookies
        assert browser.get(made.url.path).status_code == 200, "the login lasts, and the flow is there"


def test_what_cannot_start_says_why_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "garbage").write_bytes(b"this is no database" * 1_000)
    env = {name: value for name, value in os.environ.items() if not re.match("PLIVO|FLOWBUILDER|XDG", name)}
    done = subprocess.run(
        [sys.executable, "-m", "flowbuilder", "serve", "--port", "0"],
        env={**env, "HOME": str(tmp_path), "FLOWBUILDER_DATABASE_URL": f"sqlite:///{tmp_path / 'garbage'}"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "garbage").read_bytes() == b"this is no database" * 1_000

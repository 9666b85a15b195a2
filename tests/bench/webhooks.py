"""Webhook throughput under wrk: `flowbuilder serve` against a Flask handler written by hand, in alternating rounds."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx
from lxml import etree

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.protocol.signatures import sign_v3
from flowbuilder.store import open_store
from tests.bench import by_hand
from tests.bench.served import free_port, served
from tests.bench.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

AIM = 1.0
ROUNDS = 3
SECONDS = 5
CONNECTIONS = 16
MOST_A_SECOND = 8_000
TOKEN = "a" * 40
PUBLIC_URL = "https://flows.example.com"

# Every request is made in advance, so that neither side waits for wrk to sign; each is used once.
LUA = """
local path, file = "%s", "%s"
local requests, count = {}, 0
function init(args)
  for line in io.lines(file) do
    local nonce, signature, body = line:match("^(%%S+) (%%S+) (%%S+)$")
    requests[#requests + 1] = wrk.format("POST", path, {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["X-Plivo-Signature-V3"] = signature,
      ["X-Plivo-Signature-V3-Nonce"] = nonce,
    }, body)
  end
end
function request()
  count = count + 1
  return requests[(count - 1) %% #requests + 1]
end
function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("RESULT %%d %%d %%d", summary.requests, summary.duration, failed))
end
"""


class WrkMissing(Exception):
    pass


def measure() -> list[Row]:
    """One row: answers a second, ours over theirs. Raises WrkMissing where wrk is not installed."""
    if shutil.which("wrk") is None:
        raise WrkMissing("wrk is not installed; Debian's package wrk has it.")
    with tempfile.TemporaryDirectory(prefix="flowbuilder-bench-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'bench.sqlite3'}"
        path = _publish(database)
        ours: list[float] = []
        theirs: list[float] = []
        with _ours(database) as our_port, _by_hand() as their_port:
            _compare_documents(our_port, path, their_port)
            for number in range(ROUNDS + 1):
                warming = number == 0
                seconds = 2 if warming else SECONDS
                our_rate = _wrk(folder, "ours", our_port, path, seconds)
                their_rate = _wrk(folder, "theirs", their_port, by_hand.PATH, seconds)
                if not warming:
                    ours.append(our_rate)
                    theirs.append(their_rate)
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    figures = f"{statistics.median(ours):,.0f}/s against {statistics.median(theirs):,.0f}/s"
    return [Row("webhook answers, against Flask and the SDK", figures, ratio, at_least=AIM)]


def _publish(database: str) -> str:
    """Keeps the menu as version 1, and gives the path of its node endpoint."""
    flow = Flow.from_json(by_hand.FLOW)
    with contextlib.closing(open_store(database)) as store:
        row = store.flows.create(flow)
        program = json.dumps(compile_flow(flow).to_json())
        number = store.versions.add(row.id, row.revision, flow, program)
    return f"/v1/flows/{row.id}/{number}/nodes/menu"


@contextlib.contextmanager
def _ours(database: str) -> Iterator[int]:
    """`flowbuilder serve` as a user starts it, with Plivo's credentials and a public URL set."""
    port = free_port()
    environment = {
        **os.environ,
        "FLOWBUILDER_DATABASE_URL": database,
        "FLOWBUILDER_PUBLIC_URL": PUBLIC_URL,
        "PLIVO_AUTH_ID": "MAXXXXXXXXXXXXXXXXXX",
        "PLIVO_AUTH_TOKEN": TOKEN,
    }
    with served(["-m", "flowbuilder", "serve", "--port", str(port)], port, environment):
        yield port


@contextlib.contextmanager
def _by_hand() -> Iterator[int]:
    port = free_port()
    with served(["-m", "tests.bench.by_hand", str(port)], port, dict(os.environ)):
        yield port


def _signed_request(path: str) -> tuple[str, str, str]:
    """Nonce, signature and body of the first request of a new call."""
    nonce = uuid.uuid4().hex
    params = {
        "CallUUID": str(uuid.uuid4()),
        "From": "12025550123",
        "To": "14155550100",
        "Direction": "inbound",
        "CallStatus": "ringing",
        "Event": "StartApp",
        "RouteType": "voice",
    }
    return nonce, sign_v3(TOKEN, "POST", PUBLIC_URL + path, nonce, params), urlencode(params)


def _write_requests(file: Path, path: str, seconds: int) -> None:
    lines = (" ".join(_signed_request(path)) for _ in range(MOST_A_SECOND * seconds))
    file.write_text("\n".join(lines) + "\n")


def _wrk(folder: Path, name: str, port: int, path: str, seconds: int) -> float:
    """Answers a second. Raises RuntimeError where not all of them were good."""
    requests, script = folder / f"{name}.txt", folder / f"{name}.lua"
    _write_requests(requests, path, seconds)
    script.write_text(LUA % (path, requests))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in printed.splitlines() if line.startswith("RESULT"))
    answered, microseconds, failed = (int(part) for part in line.split()[1:])
    if failed or answered > MOST_A_SECOND * seconds:
        raise RuntimeError(f"{name}: {failed} requests failed, {answered} were answered:\n{printed}")
    return answered / microseconds * 1_000_000


def _compare_documents(our_port: int, path: str, their_port: int) -> None:
    """Raises RuntimeError where the two sides answer with different documents, their action URLs apart."""
    ours, theirs = _document(our_port, path), _document(their_port, by_hand.PATH)
    if ours != theirs:
        raise RuntimeError(f"The documents differ:\n{ours}\n{theirs}")


def _document(port: int, path: str) -> str:
    nonce, signature, body = _signed_request(path)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Plivo-Signature-V3": signature,
        "X-Plivo-Signature-V3-Nonce": nonce,
    }
    answer = httpx.post(f"http://127.0.0.1:{port}{path}", content=body, headers=headers)
    root = etree.fromstring(answer.raise_for_status().content)
    for element in root.iter("GetInput"):
        element.set("action", "")
    etree.indent(root)
    return etree.tostring(root, method="c14n").decode()

"""Node-RED on this machine, with a flow of as many nodes and wires as ours, to measure its editor beside ours."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from playwright._impl._driver import compute_driver_executable

from tests.bench.served import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.flow.model import Flow

INSTALLED = Path(__file__).parents[2] / ".make" / "bench-npm" / "node_modules" / "node-red"
SECONDS_TO_START = 90
OLDEST_NODE = 23
# Its workspace ends at 8,000 pixels; its nodes are narrower than our cards.
SCALE = 0.94

SETTINGS = """module.exports = {
  uiHost: "127.0.0.1", uiPort: %(port)d, userDir: %(folder)s, flowFile: "flows.json", credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false } },
  editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
  logging: { console: { level: "warn", metrics: false, audit: false } },
};
"""


class NodeRedMissing(Exception):
    pass


@contextlib.contextmanager
def running_node_red(folder: Path, flow: Flow) -> Iterator[str]:
    """Its address, while it holds that flow. Raises NodeRedMissing where it, or Node.js, is not installed."""
    if not (INSTALLED / "red.js").exists():
        raise NodeRedMissing("Node-RED is not installed; `make bench` installs it. Only our own editor is measured.")
    node = _new_enough_node()
    if node is None:
        raise NodeRedMissing(f"Node-RED needs Node.js {OLDEST_NODE} or later. Only our own editor is measured.")
    folder.mkdir(parents=True)
    port = free_port()
    (folder / "flows.json").write_text(json.dumps(node_red_flow(flow)))
    settings = folder / "settings.js"
    settings.write_text(SETTINGS % {"port": port, "folder": json.dumps(str(folder))})
    command = [node, str(INSTALLED / "red.js"), "--settings", str(settings)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}", process, len(flow.nodes))
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def node_red_flow(flow: Flow) -> list[dict[str, Any]]:
    """The same nodes at the same places with the same wires, each in a type of Node-RED's that has as many exits."""
    nodes: list[dict[str, Any]] = [{"id": "tab", "type": "tab", "label": flow.name}]
    for node_id, node in flow.nodes.items():
        wires = [[target] for target in node.exits.values() if target in flow.nodes]
        x, y = (60 + place * SCALE for place in node.position)
        shared = {"id": node_id, "z": "tab", "name": node_id, "x": round(x), "y": round(y), "wires": wires}
        if len(wires) == 1:
            nodes.append({**shared, "type": "change", "rules": [{"t": "set", "p": "payload", "to": "", "tot": "str"}]})
        else:
            rules = [{"t": "eq", "v": str(number), "vt": "str"} for number in range(len(wires))]
            switch = {"type": "switch", "property": "payload", "propertyType": "msg", "checkall": "true"}
            nodes.append({**shared, **switch, "rules": rules, "outputs": len(wires)})
    return nodes


def _new_enough_node() -> str | None:
    """A Node.js that this Node-RED runs on: the one on the path, in this environment, or the one Playwright runs on."""
    named = [
        shutil.which("node"),
        shutil.which("node", path=sysconfig.get_path("scripts")),
        compute_driver_executable()[0],
    ]
    for node in filter(None, named):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if said and int(said.lstrip("v").partition(".")[0]) >= OLDEST_NODE:
            return node
    return None


def _wait_for(address: str, process: subprocess.Popen[bytes], count: int) -> None:
    """Waits until its flow of so many nodes and a tab has been loaded."""
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"Node-RED ended with status {process.returncode}.")
        with contextlib.suppress(httpx.HTTPError, ValueError):
            if len(httpx.get(f"{address}/flows", timeout=10).json()) == count + 1:
                return
        time.sleep(0.2)
    raise RuntimeError(f"Node-RED did not answer within {SECONDS_TO_START} seconds.")

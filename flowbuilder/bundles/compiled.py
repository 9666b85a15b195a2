"""What a flow compiles to, as files: one XML document per node, and the manifest that says how they hang together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flowbuilder.compiler import Program, needs_runtime, static_document
from flowbuilder.errors import FlowbuilderError

if TYPE_CHECKING:
    from flowbuilder.compiler import CompiledNode

MANIFEST = "manifest.json"


def compiled_files(program: Program, *, base_url: str, flow_id: str, version: str = "1") -> dict[str, bytes]:
    """`nodes/NODE.xml` per node and `manifest.json`, by name, as the command `compile` writes them.

    URLs begin with `base_url`, the public URL that will answer. Expressions stand unfilled, a document ends where
    the runtime must decide, a silent node has no file. Raises FlowbuilderError where `base_url` is none.
    """
    version_url = f"{checked_base(base_url)}/v1/flows/{flow_id}/{version}"
    files: dict[str, bytes] = {}
    for node_id in sorted(program.nodes):
        document = static_document(program, node_id, version_url)
        if document is not None:
            files[document_name(node_id)] = document
    manifest = {
        "flow": flow_id,
        "name": program.name,
        "version": version,
        "entry": program.entry,
        "base_url": checked_base(base_url),
        "answer_url": f"{version_url}/nodes/{program.entry}",
        "nodes": {node_id: _entry(program, program.nodes[node_id], files) for node_id in sorted(program.nodes)},
    }
    files[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
    return files


def document_name(node_id: str) -> str:
    return f"nodes/{node_id}.xml"


def nodes_that_need_the_runtime(program: Program) -> list[str]:
    """The nodes that no file can answer for: they decide, fill in a value, or tell somebody what came of it."""
    return [
        node.id
        for node in program.nodes.values()
        if node.step.silent
        or any(part.has_expressions for part in node.parts.values())
        or any(node.step.resume(rehearsal.reply, 1).report for rehearsal in node.step.rehearse())
    ]


def checked_base(url: str) -> str:
    """The public URL without a slash at its end. Raises FlowbuilderError with a sentence."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        raise FlowbuilderError(f"“{url[:200]}” is no base URL. Write it like https://flows.example.com.")
    return url.rstrip("/")


def _entry(program: Program, node: CompiledNode, files: dict[str, bytes]) -> dict[str, Any]:
    name = document_name(node.id)
    return {
        "file": name if name in files else None,
        "type": node.type,
        "dynamic": needs_runtime(program, node.id),
        "exits": {exit: node.route(exit) for exit in node.step.exits()},
        "continuations": {path: _routes(node) for path in _continuation_paths(node)},
    }


def _continuation_paths(node: CompiledNode) -> list[str]:
    """The paths, below the version's URL, that Plivo requests when the node's elements end."""
    paths = (child.get("action") for part in node.parts.values() for child in part.root)
    return sorted({path for path in paths if path is not None})


def _routes(node: CompiledNode) -> dict[str, str | None]:
    """Where a continuation leads: every exit but the one that Plivo takes by itself; null ends the call."""
    return {exit: node.route(exit) for exit in node.step.exits() if exit != node.step.falls_through()}

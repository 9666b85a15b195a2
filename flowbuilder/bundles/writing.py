"""Writes a bundle: the same bytes for the same flow."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from flowbuilder.bundles.compiled import checked_base, compiled_files, nodes_that_need_the_runtime
from flowbuilder.compiler import Program, compile_flow
from flowbuilder.errors import FlowbuilderError
from flowbuilder.flow.model import dumps
from flowbuilder.flow.slug import slug

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow

FLOW = "flow.json"
README = "README.txt"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of what a zip can tell; the same for every file
ON_UNIX = 3
PLAIN_FILE = 0o100644 << 16
LEVEL = 9
NAMED = 8

STATIC_TEXT = """\
No document here has anything left to fill in. Serve nodes/NODE.xml as application/xml at the URL of its node.
Where a node has continuations in manifest.json, Plivo requests that URL when the element ends: look at what it
sends (Digits, Speech, DialStatus), and answer with the document of the node that the exit leads to.
"""
RUNTIME_TEXT = """\
These nodes are decided or filled in during the call, by Flowbuilder:

{nodes}

So the documents alone cannot answer calls. Open this file in Flowbuilder, and publish the flow from there.
"""
LANGUAGES_TEXT = """\

The documents are in the flow's own language alone. What it says in {languages} is in flow.json, and callers hear
it where Flowbuilder answers them.
"""
README_TEXT = """\
{title}

This bundle was exported by Flowbuilder.

flow.json      the flow; opening the bundle in Flowbuilder gives it back
manifest.json  every node: its document, its exits, and where each leads
nodes/         one Plivo XML document per node

Version:       {version}
Entry:         {entry}
Answer URL:    {answer_url}

{rest}"""


def write_bundle(
    flow: Flow,
    program: Program | None = None,
    *,
    base_url: str,
    flow_id: str | None = None,
    version: str = "1",
    with_runtime: bool = False,
) -> bytes:
    """The flow as a zip: flow.json, manifest.json, nodes/NODE.xml and README.txt.

    `program` is what the flow compiles to, where it is at hand; `flow_id` is the flow's own in the store, else its name
    is made into one. Raises FlowHasErrors for a flow that does not compile, and FlowbuilderError where nodes need the
    runtime, unless `with_runtime` asks for a bundle that only Flowbuilder can answer from.
    """
    program = program or compile_flow(flow)
    needy = nodes_that_need_the_runtime(program)
    if needy and not with_runtime:
        raise FlowbuilderError(
            f"{_named(needy)} cannot be answered by finished files: what happens there is decided, filled in or "
            f"reported during the call.{_one_language(program)} Export with the runtime (--with-runtime)."
        )
    flow_id = flow_id or slug(flow.name)
    files = compiled_files(program, base_url=base_url, flow_id=flow_id, version=version)
    files[FLOW] = dumps(flow).encode()
    answer_url = f"{checked_base(base_url)}/v1/flows/{flow_id}/{version}/nodes/{program.entry}"
    files[README] = _readme(program, version, answer_url, needy).encode("utf-8", "replace")
    return _zipped(files)


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip whose bytes depend on the names and contents alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = ON_UNIX
            entry.external_attr = PLAIN_FILE
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, LEVEL)
    return out.getvalue()


def _readme(program: Program, version: str, answer_url: str, needy: list[str]) -> str:
    title = " ".join(program.name.split()) or "A flow without a name"
    listed = "\n".join(f"  {node} ({program.nodes[node].type})" for node in needy)
    languages = LANGUAGES_TEXT.format(languages=", ".join(program.languages)) if program.languages else ""
    return README_TEXT.format(
        title=title,
        version=version,
        entry=program.entry,
        answer_url=answer_url,
        rest=(RUNTIME_TEXT.format(nodes=listed) if needy else STATIC_TEXT) + languages,
    )


def _one_language(program: Program) -> str:
    """A sentence for a flow that speaks several languages: a file cannot choose among them."""
    return " A finished file speaks the flow's own language alone." if program.languages else ""


def _named(nodes: list[str]) -> str:
    shown = ", ".join(nodes[:NAMED])
    more = f" and {len(nodes) - NAMED} more" if len(nodes) > NAMED else ""
    return f"{'Node' if len(nodes) == 1 else 'The nodes'} {shown}{more}"

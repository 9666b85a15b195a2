"""Whole flows: the documents they compile to, calls through them as transcripts, and every exit taken.

A folder of tests/golden/flows holds a flow.json, or bears the name of a template. `pytest --update-golden` writes its
program.xml, and the transcript below the script (`# press 1`) of each calls/*.txt; review what changed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from flowbuilder.compiler import Program, compile_flow, document_at, static_document
from flowbuilder.flow.model import loads
from flowbuilder.protocol.xml import parse, pretty
from flowbuilder.runtime import HttpAnswer
from tests.compiler.golden_calls import BASE, called_everywhere, every_exit, played
from tests.flow_worlds import CALLERS, MOMENTS

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "flowbuilder" / "flow_templates"
FOLDER = ROOT / "tests" / "golden" / "flows"
SUFFIX = ".flow.json"

OWN = sorted(path.parent.name for path in FOLDER.glob("*/flow.json"))
FLOWS = sorted([*OWN, *(path.name.removesuffix(SUFFIX) for path in TEMPLATES.glob(f"*{SUFFIX}"))])
CALLS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/calls/*.txt"))

# What the web may say, request by request, and what a caller may enter where there is no menu.
ADA = HttpAnswer(200, "", {"name": "Ada", "desk": "+12025550199", "partner": "+12025550198"})
CLOSED = HttpAnswer(200, "", {"closed": True})
NOTHING, BROKEN, NONE = HttpAnswer(200, "", {}), HttpAnswer(500), HttpAnswer(0)
WORLDS = [[ADA], [CLOSED], [NOTHING], [BROKEN], [NONE], [BROKEN, ADA], [ADA, BROKEN]]
TYPED = ("4", "1", "123456")


def worlds_of(flow: str) -> list[dict[str, Any]]:
    """Who calls a flow, and when; first the usual caller at the usual time."""
    callers = [{"caller": caller} for caller in CALLERS.get(flow, ())]
    return [{}, *callers, *({"moment": moment} for moment in MOMENTS.get(flow, ()))]


@cache
def program_of(flow: str) -> Program:
    own = FOLDER / flow / "flow.json"
    path = own if own.is_file() else TEMPLATES / f"{flow}{SUFFIX}"
    return compile_flow(loads(path.read_bytes()))


def written(program: Program) -> str:
    """Every node with where its exits lead and the document of its endpoint."""
    root = etree.Element("program", entry=program.entry)
    for node in program.nodes.values():
        document = document_at(program, node.id)
        shown = etree.SubElement(root, "node", id=node.id, type=node.type)
        for exit, target in node.routes.items():
            etree.SubElement(shown, "exit", name=exit, to=target)
        if document.ending == "decide" and document.then != node.id:
            shown.set("decides", document.then or "")
        body = static_document(program, node.id, BASE)
        if body is not None:
            shown.append(parse(body))
    return pretty(etree.tostring(root))


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_compiles_to_the_documents_that_were_reviewed(flow: str, update_golden: bool) -> None:
    path = FOLDER / flow / "program.xml"
    found = written(program_of(flow))
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found)
    assert path.is_file(), f"run pytest --update-golden, and review {path.relative_to(ROOT)}"
    assert found == path.read_text(), "run pytest --update-golden and review the change"


@pytest.mark.parametrize("call", CALLS)
def test_a_call_goes_as_its_transcript_says(call: str, update_golden: bool) -> None:
    path = FOLDER / call
    script = [line.removeprefix("# ") for line in path.read_text().splitlines() if line.startswith("# ")]
    lines = played(program_of(call.split("/")[0]), script).transcript()
    found = "\n".join([*(f"# {line}" for line in script), "", *lines, ""])
    if update_golden:
        path.write_text(found)
    assert found == path.read_text(), "run pytest --update-golden and review the change"


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_is_called_along_every_exit(flow: str) -> None:
    program = program_of(flow)
    taken = set()
    for answers in WORLDS if any(node.step.acts for node in program.nodes.values()) else [[NONE]]:
        for world in worlds_of(flow):
            ways, doubts = called_everywhere(program, answers, TYPED, **world)
            taken |= ways
            assert doubts == []
    assert every_exit(program) - taken == set()


def test_every_flow_has_a_call_and_every_folder_a_flow() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(FLOWS)
    assert {call.split("/")[0] for call in CALLS} == set(FLOWS)
    assert OWN

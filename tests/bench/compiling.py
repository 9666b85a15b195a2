"""Check and compile of large flows, against lxml merely building and serialising the same documents."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.compiler import compile_flow, static_document
from tests.bench.flows import large_flow
from tests.bench.table import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowbuilder.flow.model import Flow

MOST_TIMES_LXML = 5.0
MOST_TIMES_TENTH = 12.0
ROUNDS = 7
BASE = "https://flows.example.com/v1/flows/large/1"

Described = tuple[str, dict[str, str], str | None, list[Any]]


def measure() -> list[Row]:
    """Two rows: ours over lxml at 1,000 nodes; 10,000 nodes over 1,000. Processor time, the best of some rounds."""
    small, large = large_flow(1_000), large_flow(10_000)
    described = [_described(etree.fromstring(document)) for document in _compiled(small)]
    ours, theirs = _best_of_two(lambda: _compiled(small), lambda: _built(described), ROUNDS)
    few, many = _best_of_two(lambda: _compiled(small), lambda: _compiled(large), 3)
    against_lxml = f"{ours * 1000:,.0f} ms against {theirs * 1000:,.0f} ms for {len(described):,} documents"
    growth = f"{many * 1000:,.0f} ms against {few * 1000:,.0f} ms"
    return [
        Row("check and compile 1,000 nodes, against lxml alone", against_lxml, ours / theirs, at_most=MOST_TIMES_LXML),
        Row("10,000 nodes, against 1,000", growth, many / few, at_most=MOST_TIMES_TENTH),
    ]


def _compiled(flow: Flow) -> list[bytes]:
    """Every check, the program, and the document of every node that has one."""
    program = compile_flow(flow)
    documents = (static_document(program, node_id, BASE) for node_id in program.nodes)
    return [document for document in documents if document is not None]


def _described(element: etree._Element) -> Described:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    return str(element.tag), attributes, element.text, [_described(child) for child in element]


def _built(documents: list[Described]) -> list[bytes]:
    return [etree.tostring(_element(document), xml_declaration=True, encoding="UTF-8") for document in documents]


def _element(described: Described) -> etree._Element:
    tag, attributes, text, children = described
    element = etree.Element(tag, attributes)
    element.text = text
    for child in children:
        element.append(_element(child))
    return element


def _best_of_two(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The shortest processor time of each, in seconds, taken in turn."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for place, work in enumerate((one, other)):
            gc.collect()
            began = time.process_time()
            work()
            best[place] = min(best[place], time.process_time() - began)
    return best[0], best[1]

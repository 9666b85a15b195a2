"""The official SDK can write every golden document, but for what the reference says that it cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from flowbuilder.flow.model import Node
from flowbuilder.steps import CATALOGUE, read_node
from flowbuilder.steps.writing import Place, starts_of, write_sound, write_step
from tests.sdk_rebuild import UNWRITABLE, UNWRITABLE_VALUES, judged
from tests.steps.test_golden import NODE, golden_file, read_cases


def golden_documents(type_: str) -> Iterator[tuple[str, etree._Element]]:
    """Every document that the golden cases of a step type make: from each attempt on, and each sound."""
    for name, (settings, _) in read_cases(golden_file(type_)).items():
        reading = read_node(NODE, Node(type_, settings))
        if reading.problems or reading.step is None:
            continue
        if reading.step.meanwhile():
            yield name, write_sound(reading.step.meanwhile(), Place(NODE))
        if reading.step.silent:
            continue
        for attempt, wrong in starts_of(reading.step):
            yield name, write_step(reading.step, Place(NODE, attempt, wrong))
        for prompts in reading.step.sounds().values():
            yield name, write_sound(prompts, Place(NODE))


@pytest.mark.parametrize(
    "type_", sorted({"http_request", *(name for name, step in CATALOGUE.items() if not step.silent)})
)
def test_the_sdk_rebuilds_every_golden_document(type_: str) -> None:
    documents = list(golden_documents(type_))
    assert documents
    for name, root in documents:
        ours, theirs = judged(root)
        assert theirs == ours, name


def test_what_the_sdk_cannot_write_stands_in_a_golden_document() -> None:
    """Else the list would hide nothing, and be longer than it must."""
    written = {
        (str(element.tag), str(key))
        for type_, step in CATALOGUE.items()
        if not step.silent
        for _, root in golden_documents(type_)
        for element in root.iter()
        for key in element.attrib
    }
    never = {pair for pair in UNWRITABLE if pair not in written}
    assert {pair for pair in never if "newer pages" in UNWRITABLE[pair]} == {
        ("GetInput", "startInputTimeout"),
        ("GetInput", "retries"),
        ("MultiPartyCall", "aiAgentStreamStatusCallbackMethod"),
    }
    assert all((element, attribute) in written for element, attribute, _ in UNWRITABLE_VALUES)

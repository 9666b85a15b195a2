"""The official SDK for Node.js can write every golden document too, but for what is listed with its reason."""

from __future__ import annotations

from functools import cache

from lxml import etree

from flowbuilder.steps import CATALOGUE
from tests.node_sdk import NODE_ADDS, NODE_UNWRITABLE, NODE_UNWRITABLE_VALUES, judged_by_node, written_by_node
from tests.steps.test_golden import FOLDER
from tests.steps.test_sdk import golden_documents


@cache
def documents() -> list[tuple[str, etree._Element]]:
    """Every document of a golden case of a step, and of a golden flow."""
    of_steps = [
        (f"{type_}, case “{name}”", root) for type_ in sorted(CATALOGUE) for name, root in golden_documents(type_)
    ]
    of_flows = [
        (f"{path.parent.name}, node {node.get('id')}", root)
        for path in sorted((FOLDER.parent / "flows").glob("*/program.xml"))
        for node in etree.parse(path, etree.XMLParser(remove_blank_text=True)).iterfind("node")
        for root in node.iterfind("Response")
    ]
    return [*of_steps, *of_flows]


def test_the_node_sdk_rebuilds_every_golden_document() -> None:
    assert len(documents()) > 300
    verdicts = judged_by_node(root for _, root in documents())
    for (name, _), (ours, theirs) in zip(documents(), verdicts, strict=True):
        assert theirs == ours, name


def test_what_the_node_sdk_cannot_write_stands_in_a_golden_document_and_is_refused() -> None:
    """Else the list would hide nothing, and be longer than it must."""
    attributes = {(str(one.tag), str(key)) for _, root in documents() for one in root.iter() for key in one.attrib}
    assert set(NODE_UNWRITABLE) <= attributes
    answers = written_by_node(_alone(element, attribute, "1") for element, attribute in NODE_UNWRITABLE)
    for (element, attribute), answer in zip(NODE_UNWRITABLE, answers, strict=True):
        assert answer == {"error": f'Not a valid attribute : "{attribute}" for "{element}" Element'}


def test_values_that_the_node_sdk_changes_stand_in_a_golden_document_and_are_changed() -> None:
    values = {(str(one.tag), str(k), str(v)) for _, root in documents() for one in root.iter() for k, v in one.items()}
    assert set(NODE_UNWRITABLE_VALUES) <= values
    answers = written_by_node(_alone(*value) for value in NODE_UNWRITABLE_VALUES)
    for (_, attribute, value), answer in zip(NODE_UNWRITABLE_VALUES, answers, strict=True):
        assert f'{attribute}="{value}"' not in answer.get("xml", "")
    (plain,) = written_by_node([_alone("MultiPartyCall", "role", "agent")])
    for _, attribute, value in NODE_ADDS:
        assert f'{attribute}="{value}"' in plain["xml"]


def _alone(name: str, attribute: str, value: str) -> etree._Element:
    """A document with one element that has the attribute, and what it needs beside it."""
    root = etree.Element("Response")
    parent = etree.SubElement(root, "Dial") if name in ("Number", "User") else root
    element = etree.SubElement(parent, name, {"role": "agent"} if name == "MultiPartyCall" else {})
    element.set(attribute, value)
    element.text = "x"
    return root

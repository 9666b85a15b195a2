"""Fills expressions and absolute URLs into a copy of a part, element by element: a value can never become markup."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.flow.expressions import fill
from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.xml import XML_LANG, clean_text
from flowbuilder.runtime.mending import is_whole_address, mend, mended_attribute, says_nothing, sip_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowbuilder.compiler import Part
    from flowbuilder.runtime.links import Links

# A room without a name is nowhere: the call goes on as if it had left. By element: the attribute that says where.
ROOMS = {"Conference": "action", "MultiPartyCall": "onExitActionUrl"}
NOBODY = {"DialStatus": "failed", "DialHangupCause": "No valid number"}


def render_part(part: Part, values: Mapping[str, Any], links: Links, turn: int) -> Iterator[etree._Element]:
    """The part's elements, ready to be sent in the document of that turn; what has nothing left to say is left out."""
    for place, child in enumerate(part.root):
        copy = deepcopy(child)
        paths = part.links.get(place, {})
        if part.has_expressions:
            _fill(copy, values)
            mend(copy)
            if says_nothing(copy):
                continue
            if copy.tag == "Dial" and len(copy) == 0 and "action" in paths:
                yield _with_text("Redirect", links.continuation(paths["action"], turn, **NOBODY))
                continue
            if copy.tag in ROOMS and not (copy.text or "").strip():
                yield _with_text("Redirect", links.continuation(paths[ROOMS[str(copy.tag)]], turn))
                continue
            if copy.tag == "Redirect" and not is_whole_address(copy.text or ""):
                yield etree.Element("Hangup")
                continue
        for attribute, path in paths.items():
            copy.set(attribute, links.continuation(path, turn))
        yield copy


def _fill(element: etree._Element, values: Mapping[str, Any]) -> None:
    tag = str(element.tag)
    for key, template in element.attrib.items():
        name, text = str(key), str(template)
        if "{{" in text:
            filled = clean_text(fill(text, values, each=sip_value if name == "sipHeaders" else None)).strip()
            value = mended_attribute(tag, "xml:lang" if name == XML_LANG else name, filled)
            if value is None:
                del element.attrib[name]
            else:
                element.set(name, value)
    for child in element:
        _fill(child, values)
    if element.text and "{{" in element.text:
        element.text = clean_text(fill(element.text, values))[: ELEMENTS[tag].max_text]
    if element.tail and "{{" in element.tail:
        element.tail = clean_text(fill(element.tail, values))


def _with_text(name: str, text: str) -> etree._Element:
    made = etree.Element(name)
    made.text = text
    return made

"""Fills expressions and absolute URLs into a copy of a part, element by element: a value can never become markup.

What a value has made impossible for Plivo (an empty Speak, a Dial of nobody) is mended here, so that the call goes on.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.flow.expressions import fill
from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.xml import clean_text
from flowbuilder.steps.values import is_phone_number, is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowbuilder.compiler import Part
    from flowbuilder.runtime.links import Links

MAX_ATTRIBUTE = 2_048


def render_part(part: Part, values: Mapping[str, Any], links: Links, turn: int) -> Iterator[etree._Element]:
    """The part's elements, ready to be sent in the document of that turn."""
    for child in part.root:
        copy = deepcopy(child)
        path = copy.get("action")
        if part.has_expressions:
            _fill(copy, values)
            mended = _mended(copy, links, turn, path)
            if mended is None:
                continue
            copy = mended
        if path is not None and copy.get("action") is not None:
            copy.set("action", links.continuation(path, turn))
        yield copy


def _fill(element: etree._Element, values: Mapping[str, Any]) -> None:
    for name, value in element.attrib.items():
        if "{{" in value:
            element.set(name, clean_text(fill(str(value), values))[:MAX_ATTRIBUTE].strip())
            if not element.get(name):
                del element.attrib[name]
    for child in element:
        _fill(child, values)
    if element.text and "{{" in element.text:
        most = ELEMENTS[str(element.tag)].max_text or MAX_ATTRIBUTE
        element.text = clean_text(fill(element.text, values))[:most]
    if element.tail and "{{" in element.tail:
        element.tail = clean_text(fill(element.tail, values))


def _mended(element: etree._Element, links: Links, turn: int, action: str | None) -> etree._Element | None:
    """The element as Plivo can take it once it is filled; None where nothing of it is left."""
    for child in list(element):
        if _says_nothing(child):
            element.remove(child)
    if _says_nothing(element):
        return None
    if element.tag == "Dial":
        _mend_dial(element)
        if len(element) == 0 and action is not None:
            redirect = etree.Element("Redirect")
            redirect.text = links.continuation(action, turn, DialStatus="failed", DialHangupCause="No valid number")
            return redirect
    if element.tag == "Redirect" and not is_web_address(element.text or ""):
        return etree.Element("Hangup")
    return element


def _says_nothing(element: etree._Element) -> bool:
    text = "".join(str(part) for part in element.itertext()).strip()
    match element.tag:
        case "Speak":
            return not text
        case "Play":
            return not is_web_address(text)
        case "Number":
            return not is_phone_number(text if text.startswith("+") else f"+{text}")
        case "User":
            return not text.startswith(("sip:", "sips:"))
        case _:
            return False


def _mend_dial(dial: etree._Element) -> None:
    caller_id = dial.get("callerId")
    if caller_id is not None and not is_phone_number(caller_id if caller_id.startswith("+") else f"+{caller_id}"):
        del dial.attrib["callerId"]
    for name in ("dialMusic", "confirmSound"):
        value = dial.get(name)
        if value is not None and value != "real" and not is_web_address(value):
            del dial.attrib[name]
    if dial.get("confirmSound") is None and dial.get("confirmKey") is not None:
        del dial.attrib["confirmKey"]
    if len(dial.get("callerName") or "") > 50:
        dial.set("callerName", (dial.get("callerName") or "")[:50])

"""Rebuilds one of our documents with the official plivo SDK's own classes: an independent judge of our XML.

What the SDK cannot write is taken out first, and listed here with the reason; nothing else differs.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Container
from copy import deepcopy
from typing import Any

import plivo.xml as sdk
from lxml import etree

from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.xml import XML_LANG, canonical

# (element, attribute) -> why the SDK, version 4.63, cannot write it: those that the element table marks so.
UNWRITABLE: dict[tuple[str, str], str] = {
    (element.name, attribute.name): "Plivo's newer pages name it; the SDK's class takes no such parameter."
    if attribute.documented
    else "Only the Node or the Go SDK knows it."
    for element in ELEMENTS.values()
    for attribute in element.attributes.values()
    if not attribute.sdk
}
# Values of written attributes that the SDK refuses or spells otherwise.
UNWRITABLE_VALUES: dict[tuple[str, str, str], str] = {
    ("MultiPartyCall", "role", "ai-agent"): "The SDK knows agent, supervisor and customer only.",
}
# Where the SDK lets no text follow a tag: it has no `cont` in these.
BASE = "https://flows.example.test/v1/flows/f/1/"


def rebuild(root: etree._Element) -> bytes:
    """The SDK's serialisation of the same document, as UTF-8. It raises where the SDK refuses a nesting or a value."""
    return str(_element(root).to_string(pretty=False)).encode()


def judged(root: etree._Element) -> tuple[bytes, bytes]:
    """What the SDK could have written of the document, canonical: as we wrote it, and as the SDK does.

    Paths of ours become addresses, expressions in addresses are filled; attributes with what Plivo assumes anyway,
    which the SDK writes out, are left out on both sides.
    """
    ours = simplified(root, UNWRITABLE, UNWRITABLE_VALUES)
    theirs = etree.fromstring(rebuild(ours))
    return comparable(ours), comparable(theirs)


def simplified(
    root: etree._Element,
    unwritable: Container[tuple[str, str]],
    unwritable_values: Container[tuple[str, str, str]],
) -> etree._Element:
    """A copy with what the flow leaves open filled in, and without the attributes that an SDK cannot write."""
    copy = deepcopy(root)
    for element in copy.iter():
        _simplify(element, unwritable, unwritable_values)
    return copy


def _simplify(
    element: etree._Element,
    unwritable: Container[tuple[str, str]],
    unwritable_values: Container[tuple[str, str, str]],
) -> None:
    name = str(element.tag)
    for key, value in list(element.attrib.items()):
        attribute = str(key).replace(XML_LANG, "xml:lang")
        rule = ELEMENTS[name].attributes[attribute]
        if (name, attribute) in unwritable:
            del element.attrib[key]
        elif (name, attribute, str(value)) in unwritable_values:
            element.set(key, rule.values[0]) if rule.values else element.attrib.pop(key)
        elif rule.type in ("url", "url_or_enum") and (str(value).startswith("nodes/") or value == "dial-events"):
            element.set(key, BASE + str(value))
        elif rule.type in ("url", "url_or_enum") and "{{" in str(value):
            element.set(key, f"{BASE}filled")


def comparable(root: etree._Element) -> bytes:
    """A document in canonical form, without what Plivo assumes anyway. Changes `root`."""
    for element in root.iter():
        rule = ELEMENTS[str(element.tag)]
        for key, value in list(element.attrib.items()):
            attribute = rule.attributes[str(key).replace(XML_LANG, "xml:lang")]
            if str(value) == attribute.default_text or str(value) == "None":
                del element.attrib[key]
        if rule.mixed:  # the SDK puts blanks around what follows a tag
            element.text = "".join((element.text or "").split()) or None
            for child in element:
                child.tail = "".join((child.tail or "").split()) or None
    return canonical(etree.tostring(root, encoding="utf-8"))


def _element(node: etree._Element) -> Any:
    name = str(node.tag)
    made_by = _class_of(name)
    names = [parameter for parameter in inspect.signature(made_by.__init__).parameters if parameter != "self"]
    attributes = {str(attribute).replace(XML_LANG, "xml:lang"): str(value) for attribute, value in node.attrib.items()}
    given = {_parameter(attribute, names): value_for(name, attribute, value) for attribute, value in attributes.items()}
    if "content" in names:
        given["content"] = node.text or ""
    built = made_by(**given)
    for child in node:
        built.add(_element(child))
        if child.tail and ELEMENTS[name].mixed:
            following = sdk.ContElement(child.tail)
            # Inside other tags than Speak the SDK's own check forbids its own way of writing text after a tag.
            built.children.append(following) if "cont" not in built._nestable else built.add(following)
    return built


def _class_of(name: str) -> Any:
    """Dial is DialElement, say-as is SayAsElement."""
    plain = "".join(part[:1].upper() + part[1:] for part in name.split("-"))
    return getattr(sdk, f"{plain}Element")


def _parameter(attribute: str, names: list[str]) -> str:
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match.group(1).lower()}", attribute).lower()
    spellings = (attribute, snake, f"{snake}_", snake.replace("-", "_"), snake.replace(":", ""))
    plain = {name.replace("_", ""): name for name in names}
    found = next((name for name in spellings if name in names), None)
    return found or plain[attribute.lower()]


def value_for(element: str, attribute: str, value: str) -> Any:
    """An attribute's text in the type that an SDK takes it in."""
    kind = ELEMENTS[element].attributes[attribute].type
    if kind == "boolean":
        return value == "true"
    return int(value) if kind in ("integer", "integer_or_enum") and value.isdigit() else value

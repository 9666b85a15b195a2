"""Rebuilds one of our documents with the official plivo SDK's own classes: an independent judge of our XML."""

from __future__ import annotations

import inspect
import re
from typing import Any

import plivo.xml as sdk
from lxml import etree

from flowbuilder.protocol.elements import ELEMENTS


def rebuild(root: etree._Element) -> bytes:
    """The SDK's serialisation of the same document, as UTF-8. It raises where the SDK refuses a nesting or a value."""
    return str(_element(root).to_string(pretty=False)).encode()


def _element(node: etree._Element) -> Any:
    name = str(node.tag)
    made_by = getattr(sdk, f"{name}Element")
    names = [parameter for parameter in inspect.signature(made_by.__init__).parameters if parameter != "self"]
    attributes = {str(attribute): str(value) for attribute, value in node.attrib.items()}
    given = {_parameter(attribute, names): _value(name, attribute, value) for attribute, value in attributes.items()}
    built = made_by(node.text or "", **given) if "content" in names else made_by(**given)
    for child in node:
        built.add(_element(child))
    return built


def _parameter(attribute: str, names: list[str]) -> str:
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match.group(1).lower()}", attribute).lower()
    return next(name for name in (attribute, snake, f"{snake}_") if name in names)


def _value(element: str, attribute: str, value: str) -> Any:
    kind = ELEMENTS[element].attributes[attribute].type
    if kind == "boolean":
        return value == "true"
    return int(value) if kind in ("integer", "integer_or_enum") and value.isdigit() else value

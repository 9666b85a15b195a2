"""Reads documents as Plivo reads them: attributes with their defaults, text as it is spoken."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from flowbuilder.errors import FlowFileError
from flowbuilder.protocol.elements import ELEMENTS, PLIVO_DOCUMENT_BYTES, check_document, nesting_faults
from flowbuilder.protocol.xml import parse

XML_TYPES = ("application/xml", "text/xml")


@dataclass(frozen=True)
class FetchResult:
    """What came back for a request; status 0 means that nothing did."""

    status: int
    content_type: str = ""
    body: bytes = b""

    @property
    def reached(self) -> bool:
        """Whether the server was there and content: any 2xx."""
        return 200 <= self.status < 300


class DocumentRefused(FlowFileError):
    """A body that Plivo would not take as a document."""


def open_document(result: FetchResult) -> etree._Element:
    """The Response element of what was fetched; DocumentRefused with a sentence where there is none."""
    content_type = result.content_type.partition(";")[0].strip().lower()
    if not result.body.strip():
        raise DocumentRefused("The answer is empty.")
    if content_type not in XML_TYPES:
        raise DocumentRefused(f"The answer is {content_type or 'of no type'}, and must be application/xml.")
    try:
        root = parse(result.body, limit=PLIVO_DOCUMENT_BYTES)
    except FlowFileError as error:
        raise DocumentRefused(str(error)) from error
    faults = nesting_faults(root)
    if faults:
        raise DocumentRefused(faults[0])
    return root


def doubts(root: etree._Element) -> list[str]:
    """The faults of a document that Plivo takes all the same, one sentence each."""
    return check_document(root)


def text_value(node: etree._Element, name: str) -> str:
    """An attribute as it is given, else Plivo's default, else empty."""
    given = node.get(name)
    if given is not None:
        return str(given)
    attribute = ELEMENTS[str(node.tag)].attributes.get(name)
    return (attribute.default_text if attribute else None) or ""


def flag_value(node: etree._Element, name: str) -> bool:
    """A `true` or `false` attribute, Plivo's default where it is absent."""
    return text_value(node, name).lower() == "true"


def whole_value(node: etree._Element, name: str, otherwise: int = 0) -> int:
    """A number, Plivo's default where it is absent or unreadable, else `otherwise`."""
    rule = ELEMENTS[str(node.tag)].attributes[name]
    for text in (node.get(name), rule.default_text):
        if text is not None and str(text).strip().isdecimal():
            return int(text)
    return otherwise


def content(node: etree._Element) -> str:
    """The text of an element without blanks around it."""
    return (node.text or "").strip()


def spoken_text(node: etree._Element) -> str:
    """What a Speak says, SSML tags taken away; a `sub` says its alias."""
    return " ".join(_spoken(node).split())


def _spoken(node: etree._Element) -> str:
    if node.tag == "sub":
        return str(node.get("alias", ""))
    parts = [node.text or ""]
    for child in node:
        parts += [" " if child.tag in ("break", "p", "s") else "", _spoken(child), child.tail or ""]
    return "".join(parts)

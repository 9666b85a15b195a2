"""Builds and reads Plivo documents as lxml trees; nothing here joins strings into markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

from flowbuilder.errors import FlowFileError
from flowbuilder.protocol.elements.shape import spell
from flowbuilder.protocol.elements.table import ELEMENTS, PLIVO_DOCUMENT_BYTES

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What every document begins with.
DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"

# What XML 1.0 cannot carry: control characters but tab and line ends, surrogates, and two non-characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Plivo's pages disagree on these defaults, or give none: they are written out always.
ALWAYS = frozenset(
    {
        ("GetInput", "inputType"),
        ("GetInput", "executionTimeout"),
        ("Dial", "timeout"),
        ("Stream", "contentType"),
    }
)


def clean_text(text: str) -> str:
    """The text without the characters that no XML document can carry."""
    return text if text.isascii() and text.isprintable() else FORBIDDEN.sub("", text)


def element(name: str, text: str | None = None, **attributes: str | int | bool | None) -> etree._Element:
    """A new element with its text and attributes, spelled as Plivo spells them.

    Attributes that are None, or equal to what Plivo assumes anyway, are left out. Names that Python
    cannot take as keywords are passed as `**{"async": False}`. Raises ValueError for a name that is not
    in the element table: that is a slip in our code, never in a flow.
    """
    made = etree.Element(name, _spelled(name, attributes))
    if text is not None:
        made.text = clean_text(text)
    return made


def add_element(
    parent: etree._Element, name: str, text: str | None = None, /, **attributes: str | int | bool | None
) -> etree._Element:
    """The same as the last child of another element."""
    made = etree.SubElement(parent, name, _spelled(name, attributes))
    if text is not None:
        made.text = clean_text(text)
    return made


def set_attribute(target: etree._Element, name: str, value: str | int | bool | None) -> None:
    """Sets one attribute as `element` does; None and Plivo's own default leave it unset."""
    for spelled_name, spelled in _spelled(str(target.tag), {name: value}).items():
        target.set(spelled_name, spelled)


def _spelled(name: str, attributes: Mapping[str, str | int | bool | None]) -> dict[str, str]:
    """The attributes that are written on an element, as XML has them."""
    written = {}
    for value, (key, assumed) in zip(attributes.values(), _spellings(name, tuple(attributes)), strict=True):
        if value is None:
            continue
        spelled = clean_text(value) if isinstance(value, str) else spell(value)
        if spelled != assumed:
            written[key] = spelled
    return written


@lru_cache(maxsize=1024)
def _spellings(name: str, keys: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    """How an element's attributes are spelled in a tree, each with the value at which it is left out."""
    rule = ELEMENTS.get(name)
    if rule is None:
        raise ValueError(f"Plivo knows no element {name!r}.")
    spellings = []
    for key in keys:
        attribute = rule.attributes.get(key)
        if attribute is None:
            raise ValueError(f"{name} has no attribute {key!r}.")
        assumed = None if (name, key) in ALWAYS else attribute.default_text
        spellings.append((XML_LANG if key == "xml:lang" else key, assumed))
    return tuple(spellings)


def serialise(root: etree._Element) -> bytes:
    """The document as Plivo gets it: an XML declaration, UTF-8, nothing added for the eye."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def parse(body: bytes, *, limit: int = PLIVO_DOCUMENT_BYTES) -> etree._Element:
    """The root of a document that may come from anywhere.

    `limit` is in bytes. No entity is expanded, nothing is fetched, and no document type is taken.
    Raises FlowFileError with a sentence where the document cannot be read.
    """
    if len(body) > limit:
        raise FlowFileError(f"The XML has {len(body)} bytes; at most {limit} are read.")
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FlowFileError("The XML is not UTF-8 text.") from error
    if _has_doctype(body):
        raise FlowFileError("The XML has a document type (<!DOCTYPE ...>); remove it.")
    # The encoding is given here, so that a declaration cannot hide a document type in another one.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise FlowFileError(f"The XML cannot be read: {error.msg}.") from error
    if root is None:
        raise FlowFileError("The XML is empty.")
    return root


def _has_doctype(body: bytes) -> bool:
    """Whether a document type stands before the root: after blanks, comments and instructions only."""
    rest = body.lstrip()
    while True:
        if rest.startswith(b"<!--"):
            end = rest.find(b"-->")
            rest = rest[end + 3 :].lstrip() if end >= 0 else b""
        elif rest.startswith(b"<?"):
            end = rest.find(b"?>")
            rest = rest[end + 2 :].lstrip() if end >= 0 else b""
        else:
            return rest[:9].upper() == b"<!DOCTYPE"


def pretty(body: bytes) -> str:
    """The document indented for people; what is spoken keeps its own blanks."""
    root = parse(body, limit=max(len(body), PLIVO_DOCUMENT_BYTES))
    _strip_blanks(root)
    _indent(root, 0)
    return etree.tostring(root, encoding="unicode") + "\n"


def canonical(body: bytes) -> bytes:
    """The document in one fixed spelling: sorted attributes, no blanks between elements, no comments."""
    root = parse(body, limit=max(len(body), PLIVO_DOCUMENT_BYTES))
    _strip_blanks(root)
    return etree.tostring(root, method="c14n")


def _is_mixed(node: etree._Element) -> bool:
    rule = ELEMENTS.get(str(node.tag))
    return rule is not None and rule.mixed


def _strip_blanks(node: etree._Element) -> None:
    if _is_mixed(node):
        return
    if len(node) and node.text is not None and not node.text.strip():
        node.text = None
    for child in node:
        if child.tail is not None and not child.tail.strip():
            child.tail = None
        _strip_blanks(child)


def _indent(node: etree._Element, level: int) -> None:
    if not len(node) or _is_mixed(node):
        return
    node.text = (node.text or "") + "\n" + "  " * (level + 1)
    for child in node:
        _indent(child, level + 1)
        child.tail = (child.tail or "") + "\n" + "  " * (level + 1)
    last = node[-1]
    last.tail = (last.tail or "")[:-2]

"""Checks a whole document against the element table."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from flowbuilder.protocol.elements.connecting import MAX_STREAM_HEADERS_BYTES
from flowbuilder.protocol.elements.input import MAX_HINT_PHRASE, MAX_HINT_PHRASES
from flowbuilder.protocol.elements.shape import Element
from flowbuilder.protocol.elements.table import ELEMENTS, PLIVO_DOCUMENT_BYTES
from flowbuilder.protocol.elements.values import attribute_fault, is_unfilled, shorten, text_fault
from flowbuilder.protocol.voices import DEFAULT_LANGUAGE, DEFAULT_VOICE, covers

XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"


def check_document(root: etree._Element, *, filled: bool = True) -> list[str]:
    """The rules that the document breaks, one sentence each; empty when Plivo should take it.

    With `filled=False` the document is one that the compiler keeps: a value that holds `{{` is not
    judged, and a URL may be a bare path such as `nodes/menu/input?attempt=2`.
    """
    if root.tag != "Response":
        return [f"The root is {local_name(root)}, and must be Response."]
    faults = list(_element_faults(root, "Response", filled))
    size = len(etree.tostring(root, encoding="utf-8"))
    if size > PLIVO_DOCUMENT_BYTES:
        faults.append(f"The document has {size} bytes, and Plivo takes at most {PLIVO_DOCUMENT_BYTES}.")
    return faults


def local_name(element: etree._Element) -> str:
    """The element's name; a placeholder for comments and processing instructions."""
    return element.tag if isinstance(element.tag, str) else "a comment"


def _element_faults(element: etree._Element, path: str, filled: bool) -> Iterator[str]:
    rule = ELEMENTS[str(element.tag)]
    yield from _attribute_faults(element, rule, path, filled)
    fault = text_fault(rule, _text_of(element, rule), filled=filled)
    if fault:
        yield f"{path} {fault}."
    special = SPECIAL.get(rule.name)
    if special:
        for clause in special({str(key): str(value) for key, value in element.attrib.items()}, filled):
            yield f"{path} {clause}."
    if rule.name == "Speak":
        yield from _speak_faults(element, path, filled)
    yield from _child_faults(element, rule, path, filled)


def _child_faults(element: etree._Element, rule: Element, path: str, filled: bool) -> Iterator[str]:
    yield from _nesting_faults(element, rule, path)
    for child, place in _known_children(element, rule, path):
        yield from _element_faults(child, place, filled)


def nesting_faults(root: etree._Element) -> list[str]:
    """The faults for which Plivo refuses the whole document before anything runs, one sentence each.

    A part of what `check_document` finds: unknown elements, elements in the wrong place, an empty Dial or
    Number. Other faults spoil one element only.
    """
    if root.tag != "Response":
        return [f"The root is {local_name(root)}, and must be Response."]
    return list(_all_nesting_faults(root, "Response"))


def _all_nesting_faults(element: etree._Element, path: str) -> Iterator[str]:
    rule = ELEMENTS[str(element.tag)]
    yield from _nesting_faults(element, rule, path)
    if rule.name in ("Number", "User") and not (element.text or "").strip():
        yield f"{path} needs text."
    for child, place in _known_children(element, rule, path):
        yield from _all_nesting_faults(child, place)


def _nesting_faults(element: etree._Element, rule: Element, path: str) -> Iterator[str]:
    names = [child.tag for child in element if isinstance(child.tag, str)]
    for name in names:
        if name not in ELEMENTS:
            yield f"{path} holds {name}, which Plivo does not know."
        elif name not in rule.children:
            yield f"{path} must not hold {name}."
    if len(names) < rule.min_children:
        yield f"{path} needs at least {rule.min_children} of {', '.join(rule.children)}."


def _known_children(element: etree._Element, rule: Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    seen: dict[str, int] = {}
    for child in element:
        if isinstance(child.tag, str) and child.tag in rule.children:
            seen[child.tag] = seen.get(child.tag, 0) + 1
            yield child, f"{path}/{child.tag}[{seen[child.tag]}]"


def _attribute_faults(element: etree._Element, rule: Element, path: str, filled: bool) -> Iterator[str]:
    for key, value in element.attrib.items():
        name = str(key).replace(XML_NAMESPACE, "xml:")
        attribute = rule.attributes.get(name)
        if attribute is None:
            yield f"{path} has the attribute {name}, which {rule.name} does not know."
            continue
        wanted = attribute_fault(attribute, str(value), filled=filled)
        if wanted:
            yield f'{path} has {name}="{shorten(str(value))}", which must be {wanted}.'
    present = {str(key).replace(XML_NAMESPACE, "xml:") for key in element.attrib}
    for attribute in rule.attributes.values():
        if attribute.required and attribute.name not in present:
            yield f"{path} needs the attribute {attribute.name}."
    if len(present) < rule.min_attributes:
        yield f"{path} needs at least one of the attributes {', '.join(rule.attributes)}."


def _text_of(element: etree._Element, rule: Element) -> str:
    if rule.mixed:
        return "".join(str(part) for part in element.itertext())
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _speak_faults(element: etree._Element, path: str, filled: bool) -> Iterator[str]:
    voice = str(element.get("voice", DEFAULT_VOICE))
    language = str(element.get("language", DEFAULT_LANGUAGE))
    if not filled and (is_unfilled(voice) or is_unfilled(language)):
        return
    is_polly = voice.startswith("Polly.")
    if len(element) and not is_polly:
        yield f"{path} holds SSML, which needs a Polly voice."
    # A Polly voice without a language speaks its own.
    if (element.get("language") is not None or not is_polly) and not covers(voice, language):
        yield f"{path} has the voice {voice}, which does not speak {language}."


def _wait_faults(given: dict[str, str], filled: bool) -> Iterator[str]:
    length, quiet = given.get("length", "1"), given.get("minSilence", "2000")
    if given.get("silence") != "true" or not (length.isdecimal() and quiet.isdecimal()):
        return
    if int(quiet) >= int(length) * 1000:
        yield "has a minSilence that is not shorter than its length"


def _input_faults(given: dict[str, str], filled: bool) -> Iterator[str]:
    hints = given.get("hints", "")
    if not hints or (not filled and is_unfilled(hints)):
        return
    phrases = hints.split(",")
    if len(phrases) > MAX_HINT_PHRASES:
        yield f"has {len(phrases)} hints, and at most {MAX_HINT_PHRASES} are allowed"
    if any(len(phrase.strip()) > MAX_HINT_PHRASE for phrase in phrases):
        yield f"has a hint of more than {MAX_HINT_PHRASE} characters"


def _dial_faults(given: dict[str, str], filled: bool) -> Iterator[str]:
    if "confirmKey" in given and "confirmSound" not in given:
        yield "has a confirmKey, which needs a confirmSound"


def _user_faults(given: dict[str, str], filled: bool) -> Iterator[str]:
    if ("sipAuthUsername" in given) != ("sipAuthPassword" in given):
        yield "needs sipAuthUsername and sipAuthPassword together"


def _stream_faults(given: dict[str, str], filled: bool) -> Iterator[str]:
    if given.get("bidirectional") == "true" and given.get("audioTrack", "inbound") != "inbound":
        yield "is bidirectional, and its audioTrack must then be inbound"
    if len(given.get("extraHeaders", "").encode()) > MAX_STREAM_HEADERS_BYTES:
        yield f"has extraHeaders of more than {MAX_STREAM_HEADERS_BYTES} bytes"
    if "noiseCancellationLevel" in given and given.get("noiseCancellation") != "true":
        yield 'has a noiseCancellationLevel, which needs noiseCancellation="true"'


# Rules that tie attributes of one element to each other.
SPECIAL = {
    "Wait": _wait_faults,
    "GetInput": _input_faults,
    "Dial": _dial_faults,
    "User": _user_faults,
    "Stream": _stream_faults,
}

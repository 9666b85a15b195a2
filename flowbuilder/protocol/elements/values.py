"""Judges one attribute value or one element's text against its rule."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flowbuilder.protocol.elements.shape import Attribute, Element

# Room for a query and a retry fragment; a path within our own documents has no scheme and no host.
BARE_PATH = re.compile(r"[A-Za-z0-9_.~/%-]+(?:\?[^\s#]*)?(?:#\S*)?")
PHONE_NUMBER = re.compile(r"\+?[0-9]{2,20}")
SIP_URI = re.compile(r"sip:[^\s@]+@\S+")
WHOLE = re.compile(r"[0-9]{1,9}")

MUST_BE = {
    "url": "an absolute http or https URL",
    "wsurl": "a ws or wss URL",
    "phone number": "a phone number with its country code",
    "sip uri": "a SIP address such as sip:name@phone.plivo.com",
}


def is_unfilled(value: str) -> bool:
    """Whether the value holds an expression that only a call can fill."""
    return "{{" in value


def is_url(value: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    """Whether the value is an absolute URL of one of the schemes, with a host and no blanks."""
    if any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname)
    except ValueError:
        return False


def is_of_type(value: str, kind: str, *, filled: bool) -> bool:
    """Whether a text is of one of the types that name a form (url, wsurl, phone number, sip uri)."""
    if kind == "url":
        return is_url(value) or (not filled and BARE_PATH.fullmatch(value) is not None)
    if kind == "wsurl":
        return is_url(value, ("ws", "wss"))
    if kind == "phone number":
        return PHONE_NUMBER.fullmatch(value) is not None
    if kind == "sip uri":
        return SIP_URI.fullmatch(value) is not None
    return True


def attribute_fault(rule: Attribute, value: str, *, filled: bool = True) -> str | None:
    """What the value should have been, as the end of a sentence; None where it is right."""
    if not filled and is_unfilled(value):
        return None
    if rule.also and re.fullmatch(rule.also, value):
        return None
    fault = _type_fault(rule, value, filled=filled)
    if fault:
        return fault
    if rule.pattern and not re.fullmatch(rule.pattern, value, re.DOTALL):
        return f"text of the form {rule.pattern}"
    if rule.min_length is not None and len(value) < rule.min_length:
        return f"at least {rule.min_length} characters long"
    if rule.max_length is not None and len(value) > rule.max_length:
        return f"at most {rule.max_length} characters long"
    return None


def _type_fault(rule: Attribute, value: str, *, filled: bool) -> str | None:
    kind = rule.type
    if kind == "boolean":
        return None if value in ("true", "false") else "true or false"
    if kind == "enum":
        return None if value in rule.values else _one_of(rule)
    if kind == "enum_list":
        return None if set(value.split(",")) <= set(rule.values) else f"a list of {', '.join(rule.values)}"
    if kind in ("integer", "integer_or_enum"):
        return None if value in rule.values else _whole_fault(rule, value)
    if kind == "url_or_enum":
        if value in rule.values or is_of_type(value, "url", filled=filled):
            return None
        return f"{_one_of(rule)} or {MUST_BE['url']}"
    if is_of_type(value, kind, filled=filled):
        return None
    return MUST_BE[kind]


def _whole_fault(rule: Attribute, value: str) -> str | None:
    number = int(value) if WHOLE.fullmatch(value) else None
    fits = number is not None and (rule.min is None or number >= rule.min) and (rule.max is None or number <= rule.max)
    if fits:
        return None
    wanted = "a whole number"
    if rule.min is not None:
        wanted += f" from {rule.min}"
    if rule.max is not None:
        wanted += f" to {rule.max}"
    return wanted if not rule.values else f"{wanted}, or {_one_of(rule)}"


def _one_of(rule: Attribute) -> str:
    return " or ".join(f'"{value}"' for value in rule.values)


def text_fault(rule: Element, text: str, *, filled: bool = True) -> str | None:
    """What is wrong with all the text of an element, as a clause; None where it is right."""
    if rule.text == "none":
        return "takes no text" if text.strip() else None
    if not text.strip():
        return "needs text" if rule.text == "required" else None
    if not filled and is_unfilled(text):
        return None
    if rule.max_text is not None and len(text) > rule.max_text:
        return f"has {len(text)} characters of text, and at most {rule.max_text} are allowed"
    trimmed = text.strip()
    if rule.text_pattern and not re.fullmatch(rule.text_pattern, trimmed):
        return f'has the text "{shorten(trimmed)}", which must be of the form {rule.text_pattern}'
    if not is_of_type(trimmed, rule.text_type, filled=filled):
        return f'has the text "{shorten(trimmed)}", which must be {MUST_BE[rule.text_type]}'
    return None


def shorten(value: str, length: int = 60) -> str:
    """The value, cut so that a sentence about it can be read."""
    return value if len(value) <= length else value[: length - 1] + "…"

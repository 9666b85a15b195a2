"""What a caller hears when we cannot answer: an apology, and a clean end."""

from __future__ import annotations

from lxml import etree

from flowbuilder.protocol.xml import element, serialise

APOLOGY = "We are sorry. Something went wrong and we cannot continue this call. Please try again later."


def _apology() -> bytes:
    root = etree.Element("Response")
    root.append(element("Speak", APOLOGY))
    root.append(element("Hangup"))
    return serialise(root)


_APOLOGY = _apology()
_EMPTY = serialise(etree.Element("Response"))


def apology() -> bytes:
    """A document that needs nothing: no flow, no database, no network."""
    return _APOLOGY


def empty_response() -> bytes:
    """Acknowledges a notification; on an answer or action URL it ends the call."""
    return _EMPTY

"""The table of all elements, put together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flowbuilder.protocol.elements.connecting import CONNECTING
from flowbuilder.protocol.elements.control import CONTROL
from flowbuilder.protocol.elements.input import INPUT
from flowbuilder.protocol.elements.output import OUTPUT
from flowbuilder.protocol.elements.rooms import ROOMS
from flowbuilder.protocol.elements.shape import Element
from flowbuilder.protocol.elements.ssml import SSML

# Our own limit for a document; Plivo takes 100 KB.
MAX_DOCUMENT_BYTES = 64 * 1024
PLIVO_DOCUMENT_BYTES = 100_000

ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {element.name: element for element in (*CONTROL, *OUTPUT, *INPUT, *CONNECTING, *ROOMS, *SSML)}
)

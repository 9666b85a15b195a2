"""Every Plivo XML element with its rules, and the check of a document against them.

`ELEMENTS` follows plivo-xml.md sections 5 to 8, element by element; a new element is one row in one of
the modules of this package.
"""

from __future__ import annotations

from flowbuilder.protocol.elements.checking import check_document, nesting_faults
from flowbuilder.protocol.elements.shape import Attribute, Element, spell
from flowbuilder.protocol.elements.table import ELEMENTS, MAX_DOCUMENT_BYTES, PLIVO_DOCUMENT_BYTES

__all__ = [
    "ELEMENTS",
    "MAX_DOCUMENT_BYTES",
    "PLIVO_DOCUMENT_BYTES",
    "Attribute",
    "Element",
    "check_document",
    "nesting_faults",
    "spell",
]

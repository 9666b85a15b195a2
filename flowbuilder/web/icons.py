"""The icons of the sprite as shapes of their own, for pictures that leave the page."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from lxml import etree

from flowbuilder.places import static_folder

SVG = "http://www.w3.org/2000/svg"
# The default namespace, which the stubs of lxml do not know by None.
NAMESPACES: Any = {None: SVG}


def icon_shapes(name: str) -> etree._Element | None:
    """An `<svg class="icon">` with the icon's shapes; None where the icons are not installed."""
    symbol = _sprite().get(name)
    if symbol is None:
        return None
    made = etree.Element(f"{{{SVG}}}svg", nsmap=NAMESPACES)
    made.set("class", "icon")
    for attribute, value in symbol.attrib.items():
        if attribute != "id":
            made.set(attribute, value)
    made.extend(deepcopy(shape) for shape in symbol)
    return made


@cache
def _sprite() -> dict[str, etree._Element]:
    file = static_folder() / "vendor" / "icons.svg"
    if not file.is_file():
        return {}
    parser = etree.XMLParser(resolve_entities=False, remove_blank_text=True)
    root = etree.parse(str(file), parser).getroot()
    return {str(symbol.get("id")): symbol for symbol in root.iterchildren(f"{{{SVG}}}symbol")}

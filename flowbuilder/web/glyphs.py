"""The icons that cards show, as parts of the page: an icon from another file costs a clip each on every frame."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import Markup

from flowbuilder.steps import CATALOGUE

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
MARKS = ("phone-incoming", "circle-help", "pin")


@cache
def card_glyphs(sprite: Path) -> Markup:
    """One `<g id="i-NAME">` for every icon that a card may show, taken from the sprite of all icons."""
    wanted = {*MARKS, *(step.icon for step in CATALOGUE.values())}
    symbols = etree.parse(sprite).getroot().iter(f"{SVG}symbol")
    return Markup("").join(_group(symbol) for symbol in symbols if symbol.get("id") in wanted)


def _group(symbol: etree._Element) -> Markup:
    group = etree.Element("g", id=f"i-{symbol.get('id')}")
    for part in symbol:
        etree.SubElement(group, etree.QName(part).localname).attrib.update(part.attrib)
    return Markup(etree.tostring(group, encoding="unicode"))  # ours: the installed sprite, serialised anew

"""The picture of a flow as a file of its own: with its style inside, light and dark, and safe in any viewer."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.places import static_folder
from flowbuilder.web.diagram import diagram
from flowbuilder.web.icons import SVG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowbuilder.web.cards import CardView

MOST_WIDTH = 1600
COLOUR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\);")
FONT = re.compile(r"--font:\s*([^;]+);")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")


def diagram_file(cards: Mapping[str, CardView], title: str, notes: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The SVG document: at most 1,600 pixels wide until somebody zooms, UTF-8."""
    root = diagram(cards, title=title, notes=notes)
    width, height = (float(part) for part in str(root.get("viewBox")).split()[2:])
    shown = min(1.0, MOST_WIDTH / width)
    root.set("width", f"{width * shown:.0f}")
    root.set("height", f"{height * shown:.0f}")
    style = etree.Element(f"{{{SVG}}}style")
    style.text = embedded_style()
    root.insert(1, style)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


@cache
def embedded_style() -> str:
    """The rules of diagram.css with the colours of tokens.css: first the light ones, then what is other in the dark."""
    css = static_folder() / "css"
    tokens = (css / "tokens.css").read_text("utf-8")
    rules = RULE.findall(re.sub(r"/\*.*?\*/", "", (css / "diagram.css").read_text("utf-8"), flags=re.DOTALL))
    colours = {name: (light, dark) for name, light, dark in COLOUR.findall(tokens)}
    found = FONT.search(tokens)
    font = found[1].strip() if found else "sans-serif"

    def filled(declarations: str, theme: int) -> str:
        return VARIABLE.sub(lambda name: font if name[1] == "font" else colours[name[1]][theme], declarations).strip()

    light = [f"{selector.strip()} {{ {filled(declarations, 0)} }}" for selector, declarations in rules]
    dark = [
        f"  {selector.strip()} {{ {filled(coloured, 1)} }}"
        for selector, declarations in rules
        if (
            coloured := "; ".join(
                part.strip() for part in declarations.split(";") if "var(--" in part and "--font" not in part
            )
        )
    ]
    return "\n" + "\n".join([*light, "@media (prefers-color-scheme: dark) {", *dark, "}"]) + "\n"

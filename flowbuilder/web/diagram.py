"""A whole flow as a picture that can be read: every card with its words, every link; as a tree of SVG elements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from flowbuilder.protocol.xml import clean_text
from flowbuilder.web.cards import HEAD, LINE, ROW, ROWS_EDGE, WIDTH
from flowbuilder.web.courses import Box, Courses
from flowbuilder.web.icons import NAMESPACES, SVG, icon_shapes
from flowbuilder.web.typeset import cut
from flowbuilder.web.typeset import width as text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.web.cards import CardView, ExitRow

MARGIN = 48
INPUT_TOP = 23
TILE = 26
TILE_TOP = 10
TEXT_LEFT = 12
NAME_LEFT = 45
BASELINE = 13  # from the top of a line of 18 pixels to where its letters stand
KEY_SIZE = 10.5
MOST_KEYS = 5_000  # in thousandths of that
WORDS = {"added": "new", "changed": "changed", "removed": "taken out", "renamed": "renamed"}


@dataclass(frozen=True)
class Compared:
    """What a comparison has found, to be shown in the picture: by node, and by node and exit."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)


def diagram(cards: Mapping[str, CardView], *, title: str = "", compared: Compared | None = None) -> etree._Element:
    """The flow of these cards as one `<svg class="diagram">` without style or script."""
    compared = compared or Compared()
    left, top, width, height = bounds(cards.values())
    root = etree.Element(f"{{{SVG}}}svg", nsmap=NAMESPACES)
    root.set("class", "diagram")
    root.set("viewBox", f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}")
    root.set("role", "img")
    _add(root, "title", text=title or "A call flow")
    _add(root, "rect", "ground", x=left, y=top, width=width, height=height)
    boxes = {name: box_of(card) for name, card in cards.items()}
    _add_links(_add(root, "g"), cards, boxes, compared)
    for name, card in cards.items():
        _add_card(root, card, compared.nodes.get(name, ""))
    _add_arrows(_add(root, "g"), cards)
    return root


def bounds(cards: Iterable[CardView], margin: float = MARGIN) -> tuple[float, float, float, float]:
    """The corner, width and height that hold every card and what leads around them."""
    cards = list(cards)
    if not cards:
        return 0, 0, WIDTH + 2 * margin, HEAD + 2 * margin
    left, top = min(card.x for card in cards) - margin, min(card.y for card in cards) - margin
    right = max(card.x for card in cards) + WIDTH + margin
    foot = max(card.y + card.height for card in cards) + margin
    return left, top, right - left, foot - top


def box_of(card: CardView) -> Box:
    """The card as links see it."""
    return Box(card.x, card.y, WIDTH, card.height, card.port_top, INPUT_TOP, len(card.exits), ROW)


def _add(parent: etree._Element, tag: str, class_: str = "", text: str = "", **attributes: object) -> etree._Element:
    made = etree.SubElement(parent, f"{{{SVG}}}{tag}")
    if class_:
        made.set("class", clean_text(class_))
    for name, value in attributes.items():
        spelled = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
        made.set(name.replace("_", "-"), clean_text(spelled))
    if text:
        made.text = clean_text(text)
    return made


def _add_links(
    group: etree._Element, cards: Mapping[str, CardView], boxes: Mapping[str, Box], compared: Compared
) -> None:
    courses = Courses(boxes.values())
    for name, card in cards.items():
        for row, exit in enumerate(card.exits):
            target = boxes.get(exit.target or "")
            if target is None:
                continue
            line = courses.course(boxes[name], row, target)
            mark = compared.links.get((name, exit.name), "")
            _add(group, "path", "halo", d=line)
            _add(group, "path", f"link {mark}".strip(), d=line)


def _add_arrows(group: etree._Element, cards: Mapping[str, CardView]) -> None:
    led_to = {exit.target for card in cards.values() for exit in card.exits}
    for name, card in cards.items():
        if name in led_to:
            x, y = card.x - 1, card.y + INPUT_TOP
            _add(group, "path", "arrow", d=f"M{x - 9:.1f} {y - 5:.1f}L{x:.1f} {y:.1f}L{x - 9:.1f} {y + 5:.1f}Z")


def _add_card(root: etree._Element, card: CardView, mark: str) -> None:
    group = _add(root, "g", f"card {card.group} {mark}".strip())
    x, y = float(card.x), float(card.y)
    _add(group, "rect", "body", x=x, y=y, width=WIDTH, height=card.height, rx=10)
    _add(group, "rect", "tile", x=x + 10, y=y + TILE_TOP, width=TILE, height=TILE, rx=8)
    icon = icon_shapes(card.icon)
    if icon is not None:
        for name, value in (("x", x + 15.5), ("y", y + TILE_TOP + 5.5), ("width", 15.0), ("height", 15.0)):
            icon.set(name, f"{value:.1f}")
        group.append(icon)
    _add(group, "text", "name", card.shown_name, x=x + NAME_LEFT, y=y + 21)
    _add(group, "text", "step", card.shown_detail, x=x + NAME_LEFT, y=y + 37)
    for number, line in enumerate(card.lines):
        _add(group, "text", "line", line, x=x + TEXT_LEFT, y=y + HEAD + number * LINE + BASELINE)
    _add_exits(group, card, x, y + HEAD + card.body_height)
    if card.is_entry:
        _add(group, "text", "entry", "A call starts here", x=x + 10, y=y - 10)
    if mark:
        _add(group, "text", "badge", WORDS[mark], x=x + WIDTH - 4, y=y - 7, text_anchor="end")


def _add_exits(group: etree._Element, card: CardView, x: float, top: float) -> None:
    if card.exits:
        _add(group, "path", "rule", d=f"M{x:.1f} {top:.1f}h{WIDTH}")
    for row, exit in enumerate(card.exits):
        _add_exit(group, exit, x, top + ROWS_EDGE + ROW * row + ROW / 2)


def _add_exit(group: etree._Element, exit: ExitRow, x: float, middle: float) -> None:
    state = "linked" if exit.target else "covered" if exit.covered else "open"
    if exit.key:
        shown = cut(exit.key, MOST_KEYS)
        width = max(16.0, text_width(shown) * KEY_SIZE / 1000 + 8)
        left = x + WIDTH - 15 - width
        _add(group, "rect", "key", x=left, y=middle - 8, width=width, height=16, rx=4)
        _add(group, "text", "digit", shown, x=left + width / 2, y=middle + 4)
    _add(group, "text", f"exit {state}", exit.shown, x=x + TEXT_LEFT, y=middle + 4)
    _add(group, "circle", f"port {state}", cx=x + WIDTH, cy=middle, r=3 if state == "covered" else 4.5)

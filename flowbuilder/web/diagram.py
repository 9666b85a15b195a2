"""A whole flow as a picture that can be read: every card with its words, every link; as a tree of SVG elements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.flow.notes import is_frame
from flowbuilder.protocol.xml import clean_text
from flowbuilder.web.cards import HEAD, LINE, ROW, ROWS_EDGE, WIDTH
from flowbuilder.web.courses import Box, Courses
from flowbuilder.web.icons import NAMESPACES, SVG, icon_shapes
from flowbuilder.web.typeset import cut, wrapped
from flowbuilder.web.typeset import width as text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowbuilder.web.cards import CardView, ExitRow

MARGIN = 48
INPUT_TOP = 23
TILE = 26
TILE_TOP = 10
TEXT_LEFT = 12
NAME_LEFT = 45
BASELINE = 13  # from the top of a line of 18 pixels to where its letters stand
NEAR_EDGE = 12
NOTE_SIZE = 11.5
KEY_SIZE = 10.5
MOST_KEYS = 5_000  # in thousandths of that
WORDS = {"added": "new", "changed": "changed", "removed": "taken out", "renamed": "renamed"}


@dataclass(frozen=True)
class Note:
    """A sticky note or a frame: its place, its size, its text."""

    x: float
    y: float
    width: float
    height: float
    text: str
    is_frame: bool = False


@dataclass(frozen=True)
class Compared:
    """What a comparison has found, to be shown in the picture: by node, and by node and exit."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)


def diagram(
    cards: Mapping[str, CardView],
    *,
    title: str = "",
    compared: Compared | None = None,
    notes: Sequence[Mapping[str, Any]] = (),
) -> etree._Element:
    """The flow of these cards as one `<svg class="diagram">` without style or script.

    `notes` are its sticky notes and frames, as `flow.notes.notes_of` gives them.
    """
    compared = compared or Compared()
    lines = link_lines(cards)
    shown = [_read_note(note) for note in notes]
    left, top, width, height = bounds(cards.values(), lines.values(), shown)
    root = etree.Element(f"{{{SVG}}}svg", nsmap=NAMESPACES)
    root.set("class", "diagram")
    root.set("viewBox", f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}")
    root.set("role", "img")
    _add(root, "title", text=title or "A call flow")
    _add(root, "rect", "ground", x=left, y=top, width=width, height=height)
    for note in sorted(shown, key=lambda each: not each.is_frame):  # notes lie on frames
        _add_note(root, note)
    group = _add(root, "g")
    for link, line in lines.items():
        _add(group, "path", "halo", d=line)
        _add(group, "path", f"link {compared.links.get(link, '')}".strip(), d=line)
    for name, card in cards.items():
        _add_card(root, card, compared.nodes.get(name, ""))
    _add_arrows(_add(root, "g"), cards)
    return root


def link_lines(cards: Mapping[str, CardView], most: int | None = None) -> dict[tuple[str, str], str]:
    """By node and exit, the course of each link: the `d` of a path. At most so many, where that is said."""
    boxes = {name: box_of(card) for name, card in cards.items()}
    courses = Courses(boxes.values())
    lines: dict[tuple[str, str], str] = {}
    for name, card in cards.items():
        for row, exit in enumerate(card.exits):
            target = boxes.get(exit.target or "")
            if target is not None and (most is None or len(lines) < most):
                lines[name, exit.name] = courses.course(boxes[name], row, target)
    return lines


def bounds(
    cards: Iterable[CardView], lines: Iterable[str] = (), notes: Iterable[Note] = (), margin: float = MARGIN
) -> tuple[float, float, float, float]:
    """The corner, width and height that hold every card, link and note."""
    corners = [corner for card in cards for corner in ((card.x, card.y), (card.x + WIDTH, card.y + card.height))]
    corners += [corner for note in notes for corner in ((note.x, note.y), (note.x + note.width, note.y + note.height))]
    if not corners:
        return 0, 0, WIDTH + 2 * margin, HEAD + 2 * margin
    xs, ys = [x - margin for x, _ in corners], [y - margin for _, y in corners]
    rights, feet = [x + margin for x, _ in corners], [y + margin for _, y in corners]
    for line in lines:
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", line)]
        xs.append(min(numbers[::2]) - NEAR_EDGE)
        rights.append(max(numbers[::2]) + NEAR_EDGE)
        ys.append(min(numbers[1::2]) - NEAR_EDGE)
        feet.append(max(numbers[1::2]) + NEAR_EDGE)
    return min(xs), min(ys), max(rights) - min(xs), max(feet) - min(ys)


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


def _read_note(note: Mapping[str, Any]) -> Note:
    (x, y), (width, height) = note["position"], note["size"]
    return Note(float(x), float(y), float(width), float(height), note["text"], is_frame(note))


def _add_note(root: etree._Element, note: Note) -> None:
    group = _add(root, "g", "sticky")
    _add(
        group,
        "rect",
        "frame" if note.is_frame else "note",
        x=note.x,
        y=note.y,
        width=note.width,
        height=note.height,
        rx=6,
    )
    room = round((note.width - 2 * TEXT_LEFT) * 1000 / NOTE_SIZE)
    lines = wrapped(note.text, room, 1 if note.is_frame else max(1, int((note.height - 12) // LINE)))
    for number, line in enumerate(lines):
        at = {"x": note.x + TEXT_LEFT, "y": note.y + 8 + number * LINE + BASELINE}
        _add(group, "text", "title" if note.is_frame else "line", line, **at)


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

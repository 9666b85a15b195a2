"""A small drawing of a flow's graph, as SVG without style attributes: the picture on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from flowbuilder.steps import CATALOGUE, GROUPS

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow, Node

# The size of a card on the canvas, near enough for a picture of it.
WIDTH = 220
HEAD = 62
ROW = 22
MARGIN = 44
# A flow of few nodes is drawn small in the middle rather than blown up.
LEAST_WIDTH = 1060
LEAST_HEIGHT = 520
# Beyond this, links are a grey cloud that says nothing and costs a second.
MOST_LINKS = 600

class Box(NamedTuple):
    x: float
    y: float
    height: float
    exits: list[str]


def group_class(step_type: str) -> str:
    """The css class of a step type's group (`say`, `ask`, ...); `unknown` for a step we do not have."""
    step = CATALOGUE.get(step_type)
    return GROUPS[step.group] if step else "unknown"


def draw(flow: Flow) -> Markup:
    """The flow as one `<svg class="drawing">`: a box per node in its group's colour, a line per link."""
    if not flow.nodes:
        return Markup('<svg class="drawing empty" viewBox="0 0 1060 520" aria-hidden="true"></svg>')
    boxes = {name: _box(node) for name, node in flow.nodes.items()}
    parts = [f'<svg class="drawing" viewBox="{_view(boxes)}" aria-hidden="true" focusable="false">']
    parts.append('<g class="wires">')
    parts.extend(_links(flow, boxes))
    parts.append("</g>")
    parts.extend(_card(flow, name, node, boxes[name]) for name, node in flow.nodes.items())
    parts.append("</svg>")
    return Markup("".join(parts))  # every name in it went through escape or a number format


def _box(node: Node) -> Box:
    x, y = node.position
    exits = list(node.exits) or [""]
    return Box(x, y, HEAD + ROW * len(exits), exits)


def _view(boxes: dict[str, Box]) -> str:
    left = min(box.x for box in boxes.values()) - MARGIN
    top = min(box.y for box in boxes.values()) - MARGIN
    width = max(box.x for box in boxes.values()) + WIDTH + MARGIN - left
    height = max(box.y + box.height for box in boxes.values()) + MARGIN - top
    if width < LEAST_WIDTH:
        left, width = left - (LEAST_WIDTH - width) / 2, LEAST_WIDTH
    if height < LEAST_HEIGHT:
        top, height = top - (LEAST_HEIGHT - height) / 2, LEAST_HEIGHT
    return f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"


def _links(flow: Flow, boxes: dict[str, Box]) -> list[str]:
    lines: list[str] = []
    for name, node in flow.nodes.items():
        start = boxes[name]
        for row, target in enumerate(node.exits.values()):
            end = boxes.get(target)
            if end is None:
                continue
            if len(lines) >= MOST_LINKS:
                return lines
            lines.append(f'<path d="{_curve(start, row, end)}"/>')
    return lines


def _curve(start: Box, row: int, end: Box) -> str:
    """A line from the port of an exit to the next card; one that leads back runs round below both."""
    x1, y1 = start.x + WIDTH, start.y + HEAD + ROW * (row + 0.5)
    x2, y2 = end.x, end.y + 32
    if x2 > x1 - 40:
        reach = max(50.0, (x2 - x1) / 2)
        return f"M{x1:.0f} {y1:.0f}C{x1 + reach:.0f} {y1:.0f} {x2 - reach:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    below = max(start.y + start.height, end.y + end.height) + 34
    return (
        f"M{x1:.0f} {y1:.0f}C{x1 + 70:.0f} {y1:.0f} {x1 + 70:.0f} {below:.0f} {x1 - 30:.0f} {below:.0f}"
        f"L{x2 + 30:.0f} {below:.0f}C{x2 - 70:.0f} {below:.0f} {x2 - 70:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    )


def _card(flow: Flow, name: str, node: Node, box: Box) -> str:
    group = escape(group_class(node.type))
    entry = " entry" if name == flow.entry else ""
    x, y = f"{box.x:.0f}", f"{box.y:.0f}"
    bars = "".join(
        f'<rect class="row" x="{box.x + 22:.0f}" y="{box.y + HEAD + ROW * row + 4:.0f}" width="96" height="9" rx="4"/>'
        for row in range(len(node.exits))
    )
    return (
        f'<g class="{group}{entry}">'
        f'<rect class="body" x="{x}" y="{y}" width="{WIDTH}" height="{box.height:.0f}" rx="16"/>'
        f'<rect class="tile" x="{box.x + 18:.0f}" y="{box.y + 16:.0f}" width="34" height="34" rx="9"/>'
        f'<rect class="title" x="{box.x + 66:.0f}" y="{box.y + 26:.0f}" width="{_title_width(name)}"'
        ' height="13" rx="6"/>'
        f"{bars}</g>"
    )


def _title_width(name: str) -> int:
    return min(128, 30 + 9 * len(name))

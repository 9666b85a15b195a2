"""A small drawing of a flow's graph, as SVG without style attributes: the picture on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from flowbuilder.checks.view import View
from flowbuilder.web.cards import ROW, WIDTH, CardView, card_views

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.flow.model import Flow

MARGIN = 44
# Links that lead back swing out at the sides.
SIDE = 64
# A flow of few nodes is drawn small in the middle rather than blown up.
LEAST_WIDTH = 1060
LEAST_HEIGHT = 520
# Beyond this, links are a grey cloud that says nothing and costs a second.
MOST_LINKS = 600
MOST_ROWS = 7
INPUT_TOP = 22
LONGEST_TITLE = 128


def draw(flow: Flow) -> Markup:
    """The drawing of a flow that is not checked anyway."""
    return draw_cards(card_views(flow, View(flow).readings, []))


def draw_cards(cards: Mapping[str, CardView]) -> Markup:
    """The flow of these cards as one `<svg class="drawing">`: a box per node in its group's colour, a line per link."""
    if not cards:
        return Markup(f'<svg class="drawing" viewBox="0 0 {LEAST_WIDTH} {LEAST_HEIGHT}" aria-hidden="true"></svg>')
    parts = [f'<svg class="drawing" viewBox="{_view(cards.values())}" aria-hidden="true" focusable="false">']
    parts.append('<g class="wires">')
    parts.extend(_links(cards))
    parts.append("</g>")
    parts.extend(_box(card) for card in cards.values())
    parts.append("</svg>")
    return Markup("".join(parts))  # numbers, and class names that went through escape


def _view(cards: Iterable[CardView]) -> str:
    """The viewBox that holds every card, with a margin."""
    cards = list(cards)
    left = min(card.x for card in cards) - SIDE
    top = min(card.y for card in cards) - MARGIN
    width = max(card.x for card in cards) + WIDTH + SIDE - left
    height = max(card.y + card.height for card in cards) + MARGIN - top
    if width < LEAST_WIDTH:
        left, width = left - (LEAST_WIDTH - width) / 2, LEAST_WIDTH
    if height < LEAST_HEIGHT:
        top, height = top - (LEAST_HEIGHT - height) / 2, LEAST_HEIGHT
    return f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"


def _links(cards: Mapping[str, CardView]) -> list[str]:
    lines: list[str] = []
    for card in cards.values():
        for row, exit in enumerate(card.exits):
            target = cards.get(exit.target or "")
            if target is None:
                continue
            if len(lines) >= MOST_LINKS:
                return lines
            lines.append(f'<path d="{_curve(card, row, target)}"/>')
    return lines


def _curve(start: CardView, row: int, end: CardView) -> str:
    """A line from the port of an exit to the next card; one that leads back runs round below both."""
    x1, y1 = start.x + WIDTH, start.y + start.port_top + ROW * row
    x2, y2 = end.x, end.y + INPUT_TOP
    if x2 > x1 - 40:
        reach = max(50.0, (x2 - x1) / 2)
        return f"M{x1:.0f} {y1:.0f}C{x1 + reach:.0f} {y1:.0f} {x2 - reach:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    below = max(start.y + start.height, end.y + end.height) + 34
    return (
        f"M{x1:.0f} {y1:.0f}C{x1 + 70:.0f} {y1:.0f} {x1 + 70:.0f} {below:.0f} {x1 - 30:.0f} {below:.0f}"
        f"L{x2 + 30:.0f} {below:.0f}C{x2 - 70:.0f} {below:.0f} {x2 - 70:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    )


def _box(card: CardView) -> str:
    """A card as a rectangle with the tile of its group, a bar for its name and one for each exit."""
    x, y, height = card.x, card.y, max(card.height, 60)
    title = min(LONGEST_TITLE, 30 + 9 * len(card.id))
    bars = "".join(
        f'<rect class="row" x="{x + 20:.0f}" y="{y + card.port_top + ROW * row - 4:.0f}" width="90" height="8" rx="4"/>'
        for row, exit in enumerate(card.exits[:MOST_ROWS])
        if exit.target or not exit.covered
    )
    return (
        f'<g class="{escape(card.group)}">'
        f'<rect class="body" x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{height:.0f}" rx="16"/>'
        f'<rect class="tile" x="{x + 14:.0f}" y="{y + 12:.0f}" width="32" height="32" rx="9"/>'
        f'<rect class="title" x="{x + 60:.0f}" y="{y + 22:.0f}" width="{title}" height="12" rx="6"/>'
        f"{bars}</g>"
    )

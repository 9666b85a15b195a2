"""A small drawing of a flow's graph, as SVG without style attributes: the picture on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from flowbuilder.checks.view import View
from flowbuilder.web.cards import ROW, WIDTH, CardView, card_views
from flowbuilder.web.diagram import bounds, link_lines

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
LONGEST_TITLE = 128


def draw(flow: Flow) -> Markup:
    """The drawing of a flow that is not checked anyway."""
    return draw_cards(card_views(flow, View(flow).readings, []))


def draw_cards(cards: Mapping[str, CardView]) -> Markup:
    """The flow of these cards as one `<svg class="drawing">`: a box per node in its group's colour, a line per link."""
    if not cards:
        return Markup(f'<svg class="drawing" viewBox="0 0 {LEAST_WIDTH} {LEAST_HEIGHT}" aria-hidden="true"></svg>')
    lines = link_lines(cards, MOST_LINKS).values()
    parts = [f'<svg class="drawing" viewBox="{_view(cards.values(), lines)}" aria-hidden="true" focusable="false">']
    parts.append('<g class="wires">')
    parts.extend(f'<path d="{line}"/>' for line in lines)
    parts.append("</g>")
    parts.extend(_box(card) for card in cards.values())
    parts.append("</svg>")
    return Markup("".join(parts))  # numbers, and class names that went through escape


def _view(cards: Iterable[CardView], lines: Iterable[str]) -> str:
    """The viewBox that holds every card and link, with a margin."""
    left, top, width, height = bounds(cards, lines, margin=MARGIN)
    if width < LEAST_WIDTH:
        left, width = left - (LEAST_WIDTH - width) / 2, LEAST_WIDTH
    if height < LEAST_HEIGHT:
        top, height = top - (LEAST_HEIGHT - height) / 2, LEAST_HEIGHT
    return f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"


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

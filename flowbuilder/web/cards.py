"""A node as the canvas shows it: what is written on its card, and how high the card is.

The heights are a contract with static/css/editor.css, so that the canvas never has to measure anything.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from flowbuilder.flow.pins import pinned_nodes
from flowbuilder.steps import CATALOGUE, GROUPS
from flowbuilder.web.typeset import cut, width, wrapped
from flowbuilder.web.wording import phone_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowbuilder.flow.model import Flow, Node
    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps import Reading, Step

WIDTH = 220
HEAD = 46
LINE = 18
BODY_FOOT = 8
ROWS_EDGE = 5
ROW = 20
# Room for text on a card, in thousandths of the size of its type (static/css/editor.css).
NAME_ROOM = 163 * 1000 // 13
DETAIL_ROOM = 163 * 1000 // 11
LINE_ROOM = 196 * 10_000 // 125
EXIT_ROOM = 190 * 1000 // 12
KEY_ROOM = 22 * 1000 // 12
MOST_LINES = 2

MOST_READ = 400
E164 = re.compile(r"\+[0-9]{5,15}\Z")


@dataclass(frozen=True)
class ExitRow:
    """A way out, as one row. `covered` means: not linked, but another exit stands in for it."""

    name: str
    key: str | None
    target: str | None
    covered: bool

    @property
    def words(self) -> str:
        return words(self.name)

    @property
    def shown(self) -> str:
        """Its words, as much of them as fit into the row."""
        return cut(self.words, EXIT_ROOM - (KEY_ROOM if self.key else 0))


class Marks(NamedTuple):
    """What is marked on a card that does not come from its node alone."""

    errors: int
    warnings: int
    is_entry: bool
    is_pinned: bool


@dataclass(frozen=True)
class CardView:
    """One node, ready for templates/editor/_card.html. Sizes in pixels at zoom 1."""

    id: str
    type: str
    label: str
    group: str
    icon: str
    detail: str
    lines: tuple[str, ...]
    exits: tuple[ExitRow, ...]
    marks: Marks
    x: float
    y: float

    @property
    def errors(self) -> int:
        return self.marks.errors

    @property
    def warnings(self) -> int:
        return self.marks.warnings

    @property
    def is_entry(self) -> bool:
        return self.marks.is_entry

    @property
    def is_pinned(self) -> bool:
        """Whether Tidy leaves it where it is."""
        return self.marks.is_pinned

    @property
    def port_top(self) -> int:
        """From the top of the card to the middle of its first exit's row."""
        return HEAD + self.body_height + ROWS_EDGE + ROW // 2

    @property
    def body_height(self) -> int:
        return len(self.lines) * LINE + BODY_FOOT if self.lines else 0

    @property
    def height(self) -> int:
        rows = 2 * ROWS_EDGE + ROW * len(self.exits) if self.exits else 0
        return HEAD + self.body_height + rows

    @property
    def shown_name(self) -> str:
        return cut(self.id, NAME_ROOM)

    @property
    def shown_detail(self) -> str:
        return cut(f"{self.label} · {self.detail}" if self.detail else self.label, DETAIL_ROOM)

    @property
    def exits_json(self) -> str:
        """The exits for the canvas: [[name, target or "", covered], ...]."""
        return json.dumps([[row.name, row.target or "", int(row.covered)] for row in self.exits], separators=(",", ":"))


def words(name: str) -> str:
    """An exit's or a setting's name as words: `no_input` -> `no input`."""
    return name.replace("_", " ")


def card_views(
    flow: Flow,
    readings: Mapping[str, Reading],
    problems: Sequence[Problem],
    known: Mapping[str, CardView] | None = None,
) -> dict[str, CardView]:
    """Every node of the flow as a card, with the counts of its problems.

    `known` are cards of nodes that have not changed: of these only the marks around the node are looked at again.
    """
    counts: dict[str | None, tuple[int, int]] = {}
    for problem in problems:
        if (severity := problem.severity) != "hint":
            errors, warnings = counts.get(problem.node, (0, 0))
            counts[problem.node] = (errors + (severity == "error"), warnings + (severity == "warning"))
    pinned = pinned_nodes(flow)
    cards = {}
    nothing = (0, 0)
    for name, node in flow.nodes.items():
        errors, warnings = counts.get(name, nothing)
        marks = (errors, warnings, flow.entry == name, name in pinned)
        card = known.get(name) if known else None
        if card is None:
            card = _card_view(name, node, readings[name].step, Marks(*marks))
        cards[name] = card if card.marks == marks else replace(card, marks=Marks(*marks))
    return cards


@dataclass(frozen=True)
class CardChanges:
    """What differs between two drawings."""

    added: list[CardView]
    redrawn: list[CardView]
    gone: list[str]


def changed_cards(old: Mapping[str, CardView], new: Mapping[str, CardView]) -> CardChanges:
    return CardChanges(
        added=[card for name, card in new.items() if name not in old],
        redrawn=[card for name, card in new.items() if name in old and old[name] is not card and old[name] != card],
        gone=[name for name in old if name not in new],
    )


def exit_rows(node: Node, step: Step | None) -> tuple[ExitRow, ...]:
    """The ways out of a node: those of its step, then any that is linked although the step does not have it."""
    names = step.exits() if step else []
    names = [*names, *(name for name in node.exits if name not in names)]
    falls_back = bool(step and step.stand_in_exit in node.exits)
    return tuple(
        ExitRow(name, step.exit_key(name) if step else None, target, covered=falls_back and target is None)
        for name in names
        for target in [node.exits.get(name)]
    )


def _card_view(name: str, node: Node, step: Step | None, marks: Marks) -> CardView:
    kind = CATALOGUE.get(node.type)
    face = step.card() if step else None
    lines = (face.lines or _as_typed(kind, node)) if face and kind else ["This step is not installed."]
    return CardView(
        id=name,
        type=node.type,
        label=kind.label if kind else node.type,
        group=GROUPS[kind.group] if kind else "unknown",
        icon=kind.icon if kind else "circle-help",
        detail=face.detail if face else "not installed",
        lines=tuple(_set(lines)),
        exits=exit_rows(node, step),
        marks=marks,
        x=node.position[0],
        y=node.position[1],
    )


def _as_typed(kind: type[Step], node: Node) -> list[str]:
    """What a card without lines of its own can show: the address or the entries that were typed, good or not."""
    for spec in kind.settings_specs():
        value = node.settings.get(spec.name)
        if spec.kind == "url" and spec.required and isinstance(value, str):
            return [value]
        if spec.kind in ("dial_targets", "prompt_list") and spec.required and isinstance(value, list):
            texts = [str(next(iter(item.values()), "")) for item in value if isinstance(item, dict)]
            return [f"“{text}”" if spec.kind == "prompt_list" and text else text for text in texts]
    return []


def _set(lines: Iterable[str]) -> list[str]:
    """What fits into the card: one long text on two lines, or two short ones, the rest counted."""
    texts = [_in_print(line) for line in lines if line.strip()]
    if len(texts) == 1:
        return wrapped(texts[0], LINE_ROOM, MOST_LINES)
    more = f"  +{len(texts) - MOST_LINES}" if len(texts) > MOST_LINES else ""
    shown = [cut(text, LINE_ROOM) for text in texts[:MOST_LINES]]
    return [*shown[:-1], cut(texts[MOST_LINES - 1], LINE_ROOM - width(more)) + more] if shown else []


def _in_print(text: str) -> str:
    text = " ".join(text[:MOST_READ].split())
    return phone_number(text) if E164.match(text) else text

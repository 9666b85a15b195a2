"""A node as the canvas shows it: what is written on its card, and how high the card is.

The heights are a contract with static/css/editor.css, so that the canvas never has to measure anything.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowbuilder.steps import CATALOGUE, GROUPS
from flowbuilder.web.wording import phone_number, plural

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
# Characters that surely fit on one line of a card; a longer text gets two lines.
ONE_LINE = 29
MOST_SHOWN = 160

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
    heard: bool
    body_lines: int
    exits: tuple[ExitRow, ...]
    errors: int
    warnings: int
    is_entry: bool
    x: float
    y: float

    @property
    def port_top(self) -> int:
        """From the top of the card to the middle of its first exit's row."""
        return HEAD + self.body_height + ROWS_EDGE + ROW // 2

    @property
    def body_height(self) -> int:
        return self.body_lines * LINE + BODY_FOOT if self.body_lines else 0

    @property
    def height(self) -> int:
        rows = 2 * ROWS_EDGE + ROW * len(self.exits) if self.exits else 0
        return HEAD + self.body_height + rows

    @property
    def exits_json(self) -> str:
        """The exits for the canvas: [[name, target or "", covered], ...]."""
        return json.dumps([[row.name, row.target or "", int(row.covered)] for row in self.exits], separators=(",", ":"))

    @property
    def spoken_name(self) -> str:
        """What a screen reader says when the card is focused."""
        parts = [self.id, self.label]
        if self.is_entry:
            parts.append("a call starts here")
        parts.append(plural(len(self.exits), "exit"))
        if self.errors or self.warnings:
            parts.append(plural(self.errors + self.warnings, "problem"))
        return ", ".join(parts)


def words(name: str) -> str:
    """An exit's or a setting's name as words: `no_input` -> `no input`."""
    return name.replace("_", " ")


def card_views(flow: Flow, readings: Mapping[str, Reading], problems: Sequence[Problem]) -> dict[str, CardView]:
    """Every node of the flow as a card, with the counts of its problems."""
    counts: Counter[tuple[str | None, str]] = Counter((problem.node, problem.severity) for problem in problems)
    return {name: _card_view(flow, name, node, readings[name].step, counts) for name, node in flow.nodes.items()}


@dataclass(frozen=True)
class CardChanges:
    """What differs between two drawings."""

    added: list[CardView]
    redrawn: list[CardView]
    gone: list[str]


def changed_cards(old: Mapping[str, CardView], new: Mapping[str, CardView]) -> CardChanges:
    return CardChanges(
        added=[card for name, card in new.items() if name not in old],
        redrawn=[card for name, card in new.items() if name in old and old[name] != card],
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


def _card_view(
    flow: Flow, name: str, node: Node, step: Step | None, counts: Counter[tuple[str | None, str]]
) -> CardView:
    kind = CATALOGUE.get(node.type)
    face = step.card() if step else None
    heard_or_rung = (face.lines or _as_typed(kind, node)) if face and kind else ["This step is not installed."]
    lines = tuple(_line(line) for line in _shown(heard_or_rung))
    heard = bool(lines) and lines[0].startswith("“")
    return CardView(
        id=name,
        type=node.type,
        label=kind.label if kind else node.type,
        group=GROUPS[kind.group] if kind else "unknown",
        icon=kind.icon if kind else "circle-help",
        detail=face.detail if face else "not installed",
        lines=lines,
        heard=heard,
        body_lines=_body_lines(lines),
        exits=exit_rows(node, step),
        errors=counts.get((name, "error"), 0),
        warnings=counts.get((name, "warning"), 0),
        is_entry=flow.entry == name,
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


def _shown(lines: Iterable[str]) -> list[str]:
    """What fits into two lines of the card: one long text, or two short ones."""
    lines = [line for line in lines if line.strip()]
    if len(lines) > 2:
        return [lines[0], f"{lines[1]}  +{len(lines) - 2}"]
    return lines


def _line(text: str) -> str:
    text = " ".join(text.split())
    if E164.match(text):
        return phone_number(text)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN].rstrip() + "…"


def _body_lines(lines: Sequence[str]) -> int:
    if len(lines) == 1 and len(lines[0]) > ONE_LINE:
        return 2
    return len(lines)

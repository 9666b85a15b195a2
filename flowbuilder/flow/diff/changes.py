"""The changes between two flows, as data and in words."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.diff.renames import find_renames, renamed_flow
from flowbuilder.flow.diff.texts import Run, word_runs
from flowbuilder.flow.diff.wording import EMPTY, MISSING, Wording, words
from flowbuilder.flow.model import Node
from flowbuilder.flow.pins import PINNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.flow.model import Flow

Kind = Literal["added", "removed", "renamed", "step", "setting", "link", "entry", "detail"]
# What a caller never hears, and what only says where things stand.
FOR_AUTHORS = ("name", "description")
NOT_COMPARED = ("notes", "tests", "category", PINNED)
LONGEST_LIST = 500
PLAIN = Wording()
NO_NODE = Node("")


@dataclass(frozen=True, slots=True)
class Part:
    """One value, or one entry of a list, before and after, in words; None where there was or is none.

    `runs` has the words that stayed, went and came, where a long text changed in part.
    """

    before: str | None
    after: str | None
    runs: tuple[Run, ...] = ()

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.after} added"
        if self.after is None:
            return f"{self.before} taken out"
        return f"{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `node` is its id in the new flow, in the old one where it was removed."""

    kind: Kind
    sentence: str
    node: str | None = None
    setting: str | None = None
    exit: str | None = None
    before: Any = None
    after: Any = None
    label: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def for_caller(self) -> bool:
        """Whether a call can go differently, or be traced under another name."""
        return not (self.kind == "detail" and self.setting in FOR_AUTHORS)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "node": self.node,
            "setting": self.setting,
            "exit": self.exit,
            "before": self.before,
            "after": self.after,
            "sentence": self.sentence,
            "words": [[list(run) for run in part.runs] for part in self.parts if part.runs],
        }


def changes_between(old: Flow, new: Flow, wording: Wording | None = None) -> list[Change]:
    """What is other in the new flow: what concerns the flow first, then node by node as the new file has them."""
    wording = wording or PLAIN
    renamed = find_renames(old, new)
    named_before = {after: before for before, after in renamed.items()}
    old = renamed_flow(old, renamed, wording.bare_expressions)
    changes = list(_flow_changes(old, new))
    for node_id, node in new.nodes.items():
        before = old.nodes.get(node_id)
        if before is None:
            changes.append(_came(node_id, node, wording))
            continue
        if node_id in named_before:
            sentence = f"{named_before[node_id]} is now called {node_id}."
            changes.append(Change("renamed", sentence, node_id, before=named_before[node_id], after=node_id))
        if before is not node and not _same(before, node):
            changes.extend(_node_changes(node_id, before, node, wording))
    changes.extend(_went(node_id, node, wording) for node_id, node in old.nodes.items() if node_id not in new.nodes)
    return changes


def _same(before: Node, after: Node) -> bool:
    """Whether two nodes are equal but for their places; settings that only look alike (1 and true) are judged later."""
    return (before.type, before.exits) == (after.type, after.exits) and repr(before.settings) == repr(after.settings)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".”", "?”", "!”", "…”", "…")) else f"{sentence}."


def _came(node_id: str, node: Node, wording: Wording) -> Change:
    return Change("added", _ended(f"{node_id} is new: {wording.node(node)}"), node_id, after=node.to_json())


def _went(node_id: str, node: Node, wording: Wording) -> Change:
    return Change("removed", _ended(f"{node_id} is gone: {wording.node(node)}"), node_id, before=node.to_json())


def _flow_changes(old: Flow, new: Flow) -> Iterator[Change]:
    if old.name != new.name:
        yield _detail("name", old.name, new.name)
    if old.entry != new.entry:
        part = Part(old.entry or "nowhere", new.entry or "nowhere")
        sentence = f"A call starts at {part.after}; it started at {part.before}."
        yield Change("entry", sentence, before=old.entry, after=new.entry, label="A call starts at", parts=(part,))
    for name in dict.fromkeys([*new.extras, *old.extras]):
        before, after = old.extras.get(name), new.extras.get(name)
        if name not in NOT_COMPARED and before != after:
            yield _detail(name, before, after)


def _detail(name: str, before: Any, after: Any) -> Change:
    label = words(name).capitalize()
    part = _part(PLAIN.value(NO_NODE, name, before), PLAIN.value(NO_NODE, name, after))
    return Change("detail", f"{label}: {part}", setting=name, before=before, after=after, label=label, parts=(part,))


def _node_changes(node_id: str, before: Node, after: Node, wording: Wording) -> Iterator[Change]:
    if before.type != after.type:
        part = Part(wording.node(before), wording.node(after))
        sentence = f"Step: {part}"
        yield Change("step", sentence, node_id, before=before.type, after=after.type, label="Step", parts=(part,))
    else:
        for name in dict.fromkeys([*after.settings, *before.settings]):
            change = _setting_change(node_id, before, after, name, wording)
            if change is not None:
                yield change
    for exit in dict.fromkeys([*after.exits, *before.exits]):
        was, now = before.exits.get(exit), after.exits.get(exit)
        if was != now:
            yield _link_change(node_id, exit, was, now)


def _setting_change(node_id: str, before: Node, after: Node, name: str, wording: Wording) -> Change | None:
    default = wording.default(after, name)
    was, now = before.settings.get(name, default), after.settings.get(name, default)
    if was == now and type(was) is type(now):
        return None
    was, now = (None if value is MISSING else value for value in (was, now))
    parts = tuple(_parts(after, name, was, now, wording))
    label = wording.setting(after, name)
    sentence = f"{label}: {'; '.join(map(str, parts))}"
    return Change("setting", sentence, node_id, setting=name, before=was, after=now, label=label, parts=parts)


def _parts(node: Node, name: str, was: Any, now: Any, wording: Wording) -> Iterator[Part]:
    """The differing values, or the differing entries of two lists or mappings."""
    old, new = _entries(was), _entries(now)
    if old is None or new is None or not (old or new):
        yield _part(wording.value(node, name, was), wording.value(node, name, now))
        return
    before, after = ([wording.value(node, name, entry) for entry in entries[:LONGEST_LIST]] for entries in (old, new))
    if sorted(before) == sorted(after):
        yield _part(f"in the order {', '.join(before)}", ", ".join(after))
        return
    for op, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        paired = min(b - a, d - c)
        yield from (_part(*pair) for pair in zip(before[a : a + paired], after[c : c + paired], strict=True))
        yield from (Part(one, None) for one in before[a + paired : b])
        yield from (Part(None, one) for one in after[c + paired : d])


def _entries(value: Any) -> list[Any] | None:
    """The entries of a list, a mapping's as pairs; those of nothing are none. None for a plain value."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [{key: inner} for key, inner in value.items()]
    return value if isinstance(value, list) else None


def _part(before: str, after: str) -> Part:
    return Part(before, after, word_runs(before, after) if EMPTY not in (before, after) else ())


def _link_change(node_id: str, exit: str, was: str | None, now: str | None) -> Change:
    label = words(exit)
    if was is None:
        sentence = f"{label} now leads to {now}."
    elif now is None:
        sentence = f"{label} no longer leads anywhere; it led to {was}."
    else:
        sentence = f"{label} leads to {now}; it led to {was}."
    part = Part(was and f"to {was}", now and f"to {now}")
    return Change("link", sentence, node_id, exit=exit, before=was, after=now, label=label, parts=(part,))

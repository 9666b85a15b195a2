"""Where a node is used: what leads to it, whose expressions name it, and which tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from flowbuilder.flow.edits import RESERVED
from flowbuilder.flow.expressions import names_in_expression, names_in_text
from flowbuilder.flow.tests_naming import naming_tests
from flowbuilder.web.cards import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.flow.model import Node
    from flowbuilder.steps import Step
    from flowbuilder.web.drafts import Draft

MOST_LISTED = 200


@dataclass(frozen=True)
class Use:
    """A node that uses another: by an exit that leads there, or in a setting that names it. `words` say which."""

    node: str
    name: str
    words: str


@dataclass(frozen=True)
class Uses:
    """`starts` are what begins here: a call, a text message; `tests` the names of the flow's tests that name it."""

    starts: tuple[str, ...]
    links: tuple[Use, ...]
    mentions: tuple[Use, ...]
    tests: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.starts or self.links or self.mentions or self.tests)


def uses_of(draft: Draft, node_id: str) -> Uses:
    """Everything in the draft that would notice if the node were gone."""
    flow = draft.flow
    begins = {"A call": flow.entry, "A text message": flow.extras.get("message_entry")}
    starts = [what for what, at in begins.items() if at == node_id]
    links = [
        Use(name, exit, words(exit))
        for name, node in flow.nodes.items()
        for exit, target in node.exits.items()
        if target == node_id
    ]
    mentions: list[Use] = []
    if node_id not in RESERVED - {"message"}:
        for name, node in flow.nodes.items():
            step = draft.readings[name].step
            settings = dict.fromkeys(_settings_naming(node_id, node, step))
            mentions.extend(Use(name, setting, _label(step, setting)) for setting in settings)
    tests = tuple(islice(naming_tests(flow.extras, node_id), MOST_LISTED))
    return Uses(tuple(starts), tuple(links[:MOST_LISTED]), tuple(mentions[:MOST_LISTED]), tests)


def _settings_naming(node_id: str, node: Node, step: Step | None) -> Iterator[str]:
    """The settings in whose expressions the name stands, and means that node."""
    for setting, value in node.settings.items():
        local = step.local_names(setting) if step else ()
        if node_id not in local and any(_is_named(node_id, names_in_text(text)) for text in _texts(value, node_id)):
            yield setting
    if step is None:
        return
    for setting, source in step.expressions():
        local = step.local_names(setting)
        if node_id in source and local.isdisjoint((node_id, "*")) and _is_named(node_id, names_in_expression(source)):
            yield setting


def _is_named(node_id: str, paths: frozenset[tuple[str, ...]]) -> bool:
    return any(path[0] == node_id for path in paths)


def _texts(value: Any, part: str) -> Iterator[str]:
    """Every text in a setting, keys too, that holds `part` and something to fill."""
    if isinstance(value, str):
        if "{{" in value and part in value:
            yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key, part)
            yield from _texts(inner, part)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, part)


def _label(step: Step | None, setting: str) -> str:
    specs = step.settings_specs() if step else ()
    return next((spec.label for spec in specs if spec.name == setting), words(setting))

"""Puts differences between nodes into the words of their steps: the labels, units and options that a form shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flowbuilder.flow.diff.wording import EMPTY, MISSING, Wording
from flowbuilder.steps.base import CATALOGUE
from flowbuilder.steps.reading import read_node

if TYPE_CHECKING:
    from collections.abc import Collection

    from flowbuilder.flow.model import Node
    from flowbuilder.steps.fields import SettingSpec

LONGEST_LINE = 80
# What an entry of a list is about, and how that is written; the rest of it follows in brackets.
SUBJECTS = {"speak": "“{}”", "play": "♪ {}", "wait": "pause {} s", "number": "{}", "user": "{}"}


class StepWording(Wording):
    """What is absent counts as its default, so that writing the default down is no change."""

    def node(self, node: Node) -> str:
        step_type = CATALOGUE.get(node.type)
        if step_type is None:
            return node.type
        step = read_node("", node).step
        lines = step.card().lines if step else []
        return f"{step_type.label}, {_shortened(lines[0])}" if lines and lines[0].strip() else step_type.label

    def setting(self, node: Node, name: str) -> str:
        spec = _spec(node, name)
        return spec.label if spec else super().setting(node, name)

    def value(self, node: Node, name: str, value: Any) -> str:
        spec = _spec(node, name)
        if isinstance(value, dict):
            return _entry(value)
        if spec is None or value in (None, "", []):
            return super().value(node, name, value)
        if isinstance(value, str):
            quoted = spec.kind == "prompt_text" or not re.fullmatch(r"[!-~]+", value)
            return dict(spec.options).get(value) or (f"“{value}”" if quoted else value)
        if spec.unit and isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,} {spec.unit.removesuffix('s') if value == 1 and len(spec.unit) > 1 else spec.unit}"
        return super().value(node, name, value)

    def default(self, node: Node, name: str) -> Any:
        spec = _spec(node, name)
        return spec.default if spec else MISSING

    def bare_expressions(self, node: Node) -> Collection[str]:
        step = read_node("", node).step
        return {source for _, source in step.expressions()} if step else ()


def _spec(node: Node, name: str) -> SettingSpec | None:
    step_type = CATALOGUE.get(node.type)
    if step_type is None:
        return None
    return next((spec for spec in step_type.settings_specs() if spec.name == name), None)


def _entry(entry: dict[str, Any]) -> str:
    """One prompt, number, choice, rule or pair of a mapping, in words."""
    if "exit" in entry:
        return _choice(entry)
    subject = next((key for key in SUBJECTS if key in entry), None)
    rest = [f"{key.replace('_', ' ')} {_plain(value)}" for key, value in entry.items() if key != subject]
    if subject is None:
        return ", ".join(f"{key}: {_plain(value)}" for key, value in entry.items()) or EMPTY
    about = SUBJECTS[subject].format(entry[subject])
    return f"{about} ({', '.join(rest)})" if rest else about


def _choice(entry: dict[str, Any]) -> str:
    exit = _plain(entry["exit"]).replace("_", " ")
    if "when" in entry:
        return f"{exit} when {_plain(entry['when'])}"
    phrases = entry.get("phrases")
    ways = [f"key {_plain(entry['digits'])}"] if entry.get("digits") else []
    ways += [f"“{phrase}”" for phrase in phrases] if isinstance(phrases, list) else []
    others = {key: value for key, value in entry.items() if key not in ("exit", "digits", "phrases")}
    ways += [f"{key.replace('_', ' ')} {_plain(value)}" for key, value in others.items()]
    return f"{exit}: {', '.join(ways)}" if ways else exit


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= LONGEST_LINE:
        return text
    return text[:LONGEST_LINE].rstrip() + ("…”" if text.startswith("“") else "…")

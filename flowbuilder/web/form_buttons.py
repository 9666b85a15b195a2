"""What the buttons of a settings form do: add an entry to a list, take one out, move one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.steps.values import KEYS
from flowbuilder.web.form_lists import MAPPINGS, unused
from flowbuilder.web.rule_builder import changed_parts

if TYPE_CHECKING:
    from flowbuilder.steps import SettingSpec


def carry_out(command: str, specs: list[SettingSpec], settings: dict[str, Any]) -> dict[str, Any]:
    """What a button of the form asks for: `add:prompts:speak`, `add:choices:7`, `remove:to:1`, `up:prompts:1`."""
    verb, _, rest = command.partition(":")
    name, _, detail = rest.partition(":")
    spec = next((spec for spec in specs if spec.name == name), None)
    if spec is None:
        return settings
    value = settings.get(name) or ({} if spec.kind in MAPPINGS else [])
    if isinstance(value, dict):
        changed: Any = _changed_mapping(verb, value, detail)
    elif isinstance(value, list):
        changed = _changed_list(verb, value, detail, spec.kind)
    else:
        return settings
    return {key: inner for key, inner in {**settings, name: changed}.items() if key != name or inner}


def _changed_list(verb: str, items: list[Any], detail: str, kind: str) -> list[Any]:
    items = list(items)
    at = int(detail) if detail.isdigit() else -1
    if verb == "add":
        items.append(_new_item(kind, detail, items))
    elif verb == "remove" and 0 <= at < len(items):
        del items[at]
    elif verb in ("up", "down") and 0 <= at < len(items):
        to = at + (1 if verb == "down" else -1)
        if 0 <= to < len(items):
            items[at], items[to] = items[to], items[at]
    elif verb in ("part", "unpart") and kind == "rules":
        return changed_parts(verb, detail, items)
    return items


def _changed_mapping(verb: str, pairs: dict[str, Any], detail: str) -> dict[str, Any]:
    if verb == "add":
        return {**pairs, unused("name", pairs): ""}
    names = list(pairs)
    if verb == "remove" and detail.isdigit() and int(detail) < len(names):
        return {name: value for name, value in pairs.items() if name != names[int(detail)]}
    return pairs


def _new_item(kind: str, detail: str, items: list[Any]) -> dict[str, Any]:
    exits = {str(item.get("exit")) for item in items if isinstance(item, dict)}
    if kind == "choices":
        used = {item.get("digits") for item in items if isinstance(item, dict)}
        key = detail if detail and detail in KEYS else next((key for key in "1234567890*#" if key not in used), None)
        return {"exit": unused("choice", exits, len(items) + 1), **({"digits": key} if key else {})}
    if kind == "rules":
        return {"exit": unused("rule", exits, len(items) + 1), "when": ""}
    if kind == "shares":
        left = 100 - sum(item.get("percent", 0) for item in items if isinstance(item.get("percent"), int))
        return {"exit": unused("share", exits, len(items) + 1), "percent": max(left, 0)}
    if kind == "statuses":
        return {"exit": unused("status", exits, len(items) + 1), "status": ""}
    if kind == "dates":
        return {"date": ""}
    if kind == "dial_targets":
        return {"user": "sip:"} if detail == "user" else {"number": ""}
    return {"wait": 1} if detail == "wait" else {"play": ""} if detail == "play" else {"speak": ""}

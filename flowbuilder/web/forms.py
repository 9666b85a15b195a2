"""Reads a posted settings form back into settings: one reader per kind of setting.

A field is named like the path of a Problem (`to.0.number`). What does not validate is kept as typed, so that nothing
an author wrote is lost; the checks say what is wrong with it. Only what cannot be read at all is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import FlowbuilderError

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from flowbuilder.steps import SettingSpec

    Form = MultiDict[str, str]

PROMPT_PARTS = ("speak", "play", "wait", "voice", "language")
TARGET_PARTS = ("number", "user", "send_digits", "send_on_preanswer")
CHOICE_PARTS = ("exit", "digits", "phrases")
RULE_PARTS = ("exit", "when")


class Unreadable(FlowbuilderError):
    """What stands in a field cannot be kept as it is. `setting` names the field."""

    def __init__(self, setting: str, sentence: str) -> None:
        self.setting = setting
        super().__init__(sentence)


def read_settings(specs: list[SettingSpec], form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    """The node's settings after the form: those it shows (`fields`) as posted, the others as they were `before`.

    A setting that equals its default is left out, unless it stood there already. Raises Unreadable.
    """
    shown, raw = set(form.getlist("fields")), set(form.getlist("raw"))
    settings = dict(before)
    for spec in specs:
        if spec.name not in shown:
            continue
        read = _json if spec.name in raw else READERS.get(spec.kind, _text)
        value = read(form, spec, before.get(spec.name))
        if value == before.get(spec.name, spec.default):
            continue
        if value is None or value == spec.default:
            settings.pop(spec.name, None)
        else:
            settings[spec.name] = value
    return settings


def carry_out(command: str, specs: list[SettingSpec], settings: dict[str, Any]) -> dict[str, Any]:
    """What a button of the form asks for: `add:prompts:speak`, `remove:to:1`, `up:prompts:1`, `down:prompts:0`."""
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
    return items


def _changed_mapping(verb: str, pairs: dict[str, Any], detail: str) -> dict[str, Any]:
    if verb == "add":
        return {**pairs, _unused("name", pairs): ""}
    names = list(pairs)
    if verb == "remove" and detail.isdigit() and int(detail) < len(names):
        return {name: value for name, value in pairs.items() if name != names[int(detail)]}
    return pairs


def _new_item(kind: str, detail: str, items: list[Any]) -> dict[str, Any]:
    exits = {str(item.get("exit")) for item in items if isinstance(item, dict)}
    if kind == "choices":
        used = {item.get("digits") for item in items if isinstance(item, dict)}
        key = next((key for key in "1234567890*#" if key not in used), None)
        return {"exit": _unused("choice", exits, len(items) + 1), **({"digits": key} if key else {})}
    if kind == "rules":
        return {"exit": _unused("rule", exits, len(items) + 1), "when": ""}
    if kind == "dial_targets":
        return {"user": "sip:"} if detail == "user" else {"number": ""}
    return {"wait": 1} if detail == "wait" else {"play": ""} if detail == "play" else {"speak": ""}


def _unused(base: str, taken: Any, number: int = 1) -> str:
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _text(form: Form, spec: SettingSpec, before: Any) -> Any:
    text = form.get(spec.name, "").replace("\r\n", "\n")
    if spec.kind not in ("text", "prompt_text"):
        text = text.strip()
    return text if text or spec.default is not None else None


def _phone_number(form: Form, spec: SettingSpec, before: Any) -> Any:
    return _plain_number(form.get(spec.name, "")) or None


def _whole_number(form: Form, spec: SettingSpec, before: Any) -> Any:
    text = form.get(spec.name, "").strip()
    if not text:
        return spec.default
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def _flag(form: Form, spec: SettingSpec, before: Any) -> Any:
    return spec.name in form


def _choice(form: Form, spec: SettingSpec, before: Any) -> Any:
    return form.get(spec.name, "") or None


def _json(form: Form, spec: SettingSpec, before: Any) -> Any:
    text = form.get(spec.name, "").strip()
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep"
        raise Unreadable(spec.name, f"This is not JSON ({where}). It is saved once it is.") from error


def _rows(form: Form, name: str, before: Any, parts: tuple[str, ...]) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """The rows of a list, each with what an earlier item of it held beside `parts`: that is kept."""
    rows: dict[int, dict[str, str]] = {}
    for field in form:
        head, _, part = field.removeprefix(f"{name}.").partition(".")
        if field.startswith(f"{name}.") and head.isdigit():
            rows.setdefault(int(head), {})[part] = form[field].replace("\r\n", "\n")
    known = before if isinstance(before, list) else []
    result = []
    for index in sorted(rows):
        was = known[index] if index < len(known) and isinstance(known[index], dict) else {}
        result.append((rows[index], {key: value for key, value in was.items() if key not in parts}))
    return result


def _prompts(form: Form, spec: SettingSpec, before: Any) -> Any:
    items = []
    for row, kept in _rows(form, spec.name, before, PROMPT_PARTS):
        kind = next((part for part in ("speak", "play", "wait") if part in row), None)
        if kind is None:
            continue
        text = row[kind] if kind == "speak" else row[kind].strip()
        value: Any = int(text) if kind == "wait" and text.isdigit() else text
        voiced = {part: row[part].strip() for part in ("voice", "language") if row.get(part, "").strip()}
        items.append({kind: value, **voiced, **kept})
    return items


def _targets(form: Form, spec: SettingSpec, before: Any) -> Any:
    items = []
    for row, kept in _rows(form, spec.name, before, TARGET_PARTS):
        address = row.get("address", "").strip()
        is_user = address.lower().startswith(("sip:", "sips:")) or ("@" in address and "{{" not in address)
        item: dict[str, Any] = {"user": address} if is_user else {"number": _plain_number(address)}
        if row.get("send_digits", "").strip():
            item["send_digits"] = row["send_digits"].strip()
        if "send_on_preanswer" in row:
            item["send_on_preanswer"] = True
        items.append({**item, **kept})
    return items


def _choices(form: Form, spec: SettingSpec, before: Any) -> Any:
    items = []
    for row, kept in _rows(form, spec.name, before, CHOICE_PARTS):
        item: dict[str, Any] = {"exit": exit_name(row.get("exit", ""))}
        if row.get("digits", "").strip():
            item["digits"] = row["digits"].strip()
        phrases = [" ".join(phrase.split()) for phrase in re.split(r"[,\n]", row.get("phrases", "")) if phrase.strip()]
        items.append({**item, **({"phrases": phrases} if phrases else {}), **kept})
    return items


def _rules(form: Form, spec: SettingSpec, before: Any) -> Any:
    return [
        {"exit": exit_name(row.get("exit", "")), "when": row.get("when", "").strip(), **kept}
        for row, kept in _rows(form, spec.name, before, RULE_PARTS)
    ]


def _mapping(form: Form, spec: SettingSpec, before: Any) -> Any:
    pairs: dict[str, str] = {}
    for row, _ in _rows(form, spec.name, None, ()):
        name, value = row.get("name", "").strip(), row.get("value", "")
        if name or value:
            pairs[name if name and name not in pairs else _unused(name or "name", pairs)] = value
    return pairs or spec.default


def exit_name(typed: str) -> str:
    """What an author typed, as the name of an exit: `Sales team` -> `sales_team`."""
    return re.sub(r"[^a-z0-9_]+", "_", typed.strip().lower()).strip("_")


def _plain_number(typed: str) -> str:
    """A phone number without the spaces and brackets people write; anything else as typed."""
    typed = typed.strip()
    bare = re.sub(r"[\s().\-/\u00a0]", "", typed)
    return bare if re.fullmatch(r"\+?[0-9]+", bare) else typed


MAPPINGS = ("mapping", "save", "sip_headers")
Reader = Callable[["Form", "SettingSpec", Any], Any]
READERS: dict[str, Reader] = {
    "integer": _whole_number,
    "seconds": _whole_number,
    "milliseconds": _whole_number,
    "seconds_or_auto": _whole_number,
    "flag": _flag,
    "choice": _choice,
    "phone_number": _phone_number,
    "json": _json,
    "prompt_list": _prompts,
    "dial_targets": _targets,
    "choices": _choices,
    "rules": _rules,
    **dict.fromkeys(MAPPINGS, _mapping),
}

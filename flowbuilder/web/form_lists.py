"""Reads the lists and tables of a settings form: prompts, numbers, choices, rules, shares, pairs, opening hours."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import FlowbuilderError
from flowbuilder.steps.opening_times import DAYS
from flowbuilder.web.rule_builder import rule_expression

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from flowbuilder.steps import SettingSpec

    Form = MultiDict[str, str]

PROMPT_PARTS = ("speak", "play", "wait", "voice", "language")
TARGET_PARTS = ("number", "user", "send_digits", "send_on_preanswer")
CHOICE_PARTS = ("exit", "digits", "phrases")
RULE_PARTS = ("exit", "when")


SHARE_PARTS = ("exit", "percent")
STATUS_PARTS = ("exit", "status")
DATE_PARTS = ("date", "name", "hours")
TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\Z")


class Unreadable(FlowbuilderError):
    """What stands in a field cannot be kept as it is. `setting` names the field."""

    def __init__(self, setting: str, sentence: str) -> None:
        self.setting = setting
        super().__init__(sentence)


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
        item: dict[str, Any] = {"user": address} if is_user else {"number": plain_number(address)}
        if row.get("send_digits", "").strip():
            item["send_digits"] = row["send_digits"].strip()
        if "send_on_preanswer" in row:
            item["send_on_preanswer"] = True
        items.append({**item, **_more_of_target(row, kept)})
    return items


def _more_of_target(row: dict[str, str], kept: dict[str, Any]) -> dict[str, Any]:
    """What an entry holds beside its address and keys: what the form shows as typed there, the rest as it was.

    An entry shows only the parts that go with its kind; `more` names them, as a box that is not ticked posts nothing.
    """
    shown = set(row.get("more", "").split())
    more = {name: value for name, value in kept.items() if name not in shown}
    if row.get("send_digits_mode"):
        more["send_digits_mode"] = row["send_digits_mode"]
    headers = headers_in(row.get("sip_headers", "")) if "sip_headers" in shown else {}
    if headers:
        more["sip_headers"] = headers
    if row.get("sip_auth_username", "").strip():
        more["sip_auth_username"] = row["sip_auth_username"].strip()
    if row.get("sip_auth_password", ""):
        more["sip_auth_password"] = row["sip_auth_password"]
    return more


def headers_in(typed: str) -> dict[str, str]:
    """`Desk: sales`, a line each, as {"Desk": "sales"}. A line without a colon is a name without a value."""
    pairs = (line.partition(":") for line in typed.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


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
        {"exit": exit_name(row.get("exit", "")), "when": rule_expression(row), **kept}
        for row, kept in _rows(form, spec.name, before, RULE_PARTS)
    ]


def _mapping(form: Form, spec: SettingSpec, before: Any) -> Any:
    pairs: dict[str, str] = {}
    for row, _ in _rows(form, spec.name, None, ()):
        name, value = row.get("name", "").strip(), row.get("value", "")
        if name or value:
            pairs[name if name and name not in pairs else unused(name or "name", pairs)] = value
    return pairs or spec.default


def _shares(form: Form, spec: SettingSpec, before: Any) -> Any:
    items = []
    for row, kept in _rows(form, spec.name, before, SHARE_PARTS):
        typed = row.get("percent", "").strip().removesuffix("%").strip()
        percent: Any = int(typed) if re.fullmatch(r"[0-9]{1,3}", typed) else typed
        items.append({"exit": exit_name(row.get("exit", "")), "percent": percent, **kept})
    return items


def _statuses(form: Form, spec: SettingSpec, before: Any) -> Any:
    return [
        {"exit": exit_name(row.get("exit", "")), "status": row.get("status", "").strip().lower(), **kept}
        for row, kept in _rows(form, spec.name, before, STATUS_PARTS)
    ]


def _week(form: Form, spec: SettingSpec, before: Any) -> Any:
    kept = {day: times for day, times in before.items() if day not in DAYS} if isinstance(before, dict) else {}
    week = {day: times_in(form.get(f"{spec.name}.{day}", ""), spec.name) for day in DAYS}
    return {**{day: times for day, times in week.items() if times}, **kept}


def _dates(form: Form, spec: SettingSpec, before: Any) -> Any:
    known = [{"date": item} if isinstance(item, str) else item for item in before] if isinstance(before, list) else []
    dates: list[Any] = []
    for index, (row, kept) in enumerate(_rows(form, spec.name, known, DATE_PARTS)):
        item: dict[str, Any] = {"date": row.get("date", "").strip()}
        if row.get("name", "").strip():
            item["name"] = row["name"].strip()
        hours = times_in(row.get("hours", ""), spec.name)
        if hours:
            item["hours"] = hours
        item |= kept
        was_bare = isinstance(before, list) and index < len(before) and isinstance(before[index], str)
        dates.append(item["date"] if was_bare and set(item) == {"date"} else item)
    return dates


def times_in(typed: str, setting: str) -> list[list[str]]:
    """`9-12:30, 13:30 to 17` as [["09:00", "12:30"], ["13:30", "17:00"]]. Raises Unreadable."""
    times = []
    for part in filter(None, (each.strip() for each in re.split(r"[,;]|\band\b", typed))):
        ends = re.split(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", part)
        read = [TIME.match(end.strip()) for end in ends]
        if len(read) != 2 or not all(read):
            raise Unreadable(setting, f"“{part[:40]}” is no span of time. Write it like 09:00-17:30.")
        times.append([f"{int(end[1]):02d}:{end[2] or '00'}" for end in read if end])
    return times


def exit_name(typed: str) -> str:
    """What an author typed, as the name of an exit: `Sales team` -> `sales_team`."""
    return re.sub(r"[^a-z0-9_]+", "_", typed.strip().lower()).strip("_")


def plain_number(typed: str) -> str:
    """A phone number without the spaces and brackets people write; anything else as typed."""
    typed = typed.strip()
    bare = re.sub(r"[\s().\-/\u00a0]", "", typed)
    return bare if re.fullmatch(r"\+?[0-9]+", bare) else typed


def unused(base: str, taken: Any, number: int = 1) -> str:
    """`base_1`, or the next number that is not taken."""
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


MAPPINGS = ("mapping", "save", "sip_headers", "variables")
LIST_READERS: dict[str, Callable[[Form, SettingSpec, Any], Any]] = {
    "prompt_list": _prompts,
    "dial_targets": _targets,
    "choices": _choices,
    "rules": _rules,
    "shares": _shares,
    "statuses": _statuses,
    "week": _week,
    "dates": _dates,
    **dict.fromkeys(MAPPINGS, _mapping),
}

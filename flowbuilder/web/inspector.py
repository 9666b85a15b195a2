"""The inspector of one node: its fields with what is wrong beside them, its exits, its XML and its help."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from flowbuilder.checks.variable_before_set import names_at
from flowbuilder.protocol.voices import LANGUAGES
from flowbuilder.steps import CATALOGUE
from flowbuilder.web.cards import ExitRow, exit_rows
from flowbuilder.web.field_aids import FieldAids
from flowbuilder.web.form_lists import MAPPINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps import SettingSpec, Step
    from flowbuilder.web.cards import CardView
    from flowbuilder.web.drafts import Draft

TABS = ("settings", "exits", "xml", "help")
TEMPLATES = {
    **dict.fromkeys(("integer", "seconds", "milliseconds"), "number"),
    **dict.fromkeys(MAPPINGS, "mapping"),
    **dict.fromkeys(("flow", "sound"), "text"),
    "seconds_or_auto": "auto_number",
}
ITEM_WORDS = re.compile(r"(?i)^entry \d+(, [a-z_ ]+)?: ")
NUMBERS = ("integer", "seconds", "milliseconds", "seconds_or_auto")
# Kinds that need half a line only.
SHORT = (*NUMBERS, "tri_state", "choice", "key", "digits", "voice", "language")
LISTS = ("prompt_list", "dial_targets", "choices", "rules", "shares", "statuses")


@dataclass(frozen=True)
class Field:
    """One setting as the form shows it. `errors` are sentences by path; `other` is what another tab has put there."""

    spec: SettingSpec
    template: str
    value: Any
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_set: bool = False
    other: str | None = None

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def own_errors(self) -> list[str]:
        """What is wrong with the setting as a whole, or with a part that the form does not show by itself."""
        return self.errors.get(self.name, [])

    @property
    def all_errors(self) -> list[str]:
        return [sentence for sentences in self.errors.values() for sentence in sentences]

    @property
    def is_audio(self) -> bool:
        """Whether it is the address of a file that is heard, not of XML that plays one."""
        return "audio" in self.spec.label.lower()

    def is_blank(self, path: str) -> bool:
        """Whether nothing has been filled in yet where an error stands."""
        value: Any = self.value
        for part in path.split(".")[1:]:
            if isinstance(value, list):
                value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
            else:
                value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, dict):
            return not any(value.values())
        return value is None or value in ("", [], "sip:")

    @property
    def is_short(self) -> bool:
        return self.spec.kind in SHORT and self.other is None


@dataclass(frozen=True)
class Inspector:
    """Everything the inspector shows of a node. `base` is the revision that the form was made from.

    `names` are those that an expression in its settings can use.
    """

    node: str
    card: CardView
    step_type: type[Step] | None
    tab: str
    base: int
    fields: list[list[Field]]
    advanced: list[list[Field]]
    advanced_open: bool
    general_errors: list[str]
    exits: tuple[ExitRow, ...]
    exit_problems: dict[str, list[Problem]]
    targets: list[str]
    settings_json: str
    values: Mapping[str, Any]
    names: list[str]
    aids: FieldAids

    @property
    def exit_targets(self) -> dict[str, str | None]:
        return {row.name: row.target for row in self.exits}

    @property
    def time_zones(self) -> list[str]:
        return sorted(available_timezones())

    @property
    def languages(self) -> Mapping[str, str]:
        return LANGUAGES


@dataclass(frozen=True)
class Kept:
    """What an author typed that is not saved and must not be lost, by setting.

    `typed` are the values, `others` what another tab has given to the same settings, `unreadable` texts that no value
    could be made of, each with the sentence that says why.
    """

    typed: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)
    unreadable: Mapping[str, tuple[str, str]] = field(default_factory=dict)


NOTHING_KEPT = Kept()


def inspect_node(draft: Draft, node_id: str, tab: str = "settings", kept: Kept = NOTHING_KEPT) -> Inspector:
    """What the inspector shows of a node that is in the draft."""
    node = draft.flow.nodes[node_id]
    kind = CATALOGUE.get(node.type)
    settings = dict(node.settings) | dict(kept.typed)
    problems = [problem for problem in draft.problems_of(node_id) if problem.setting]
    specs = kind.settings_specs() if kind else []
    shown = [_field(spec, settings, problems, kept) for spec in specs if _matters(spec, settings, specs)]
    advanced = [each for each in shown if each.spec.advanced]
    known = {spec.name for spec in specs}
    return Inspector(
        node=node_id,
        card=draft.cards[node_id],
        step_type=kind,
        tab=tab if tab in TABS else "settings",
        base=draft.revision,
        fields=_in_rows(each for each in shown if not each.spec.advanced),
        advanced=_in_rows(advanced),
        advanced_open=any(each.is_set or each.errors for each in advanced),
        general_errors=[problem.message for problem in problems if problem.setting not in known],
        exits=exit_rows(node, draft.readings[node_id].step),
        exit_problems=_by_exit(draft.problems_of(node_id)),
        targets=sorted(draft.flow.nodes),
        settings_json=json.dumps(node.settings, ensure_ascii=False, indent=2),
        values=settings,
        names=names_at(draft.view, node_id) if tab not in TABS[1:] else [],
        aids=FieldAids(draft.flow),
    )


def _field(
    spec: SettingSpec,
    settings: Mapping[str, Any],
    problems: Iterable[Problem],
    kept: Kept,
) -> Field:
    value = settings.get(spec.name, spec.default)
    template = TEMPLATES.get(spec.kind, spec.kind)
    if not _fits(spec, value):
        template, value = "json", json.dumps(value, ensure_ascii=False, indent=2)
    elif spec.kind == "json":
        value = "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
    errors: dict[str, list[str]] = {}
    for problem in problems:
        if problem.setting == spec.name:
            errors.setdefault(_shown_path(problem.path or spec.name), []).append(_beside(problem.message, spec))
    if spec.name in kept.unreadable:
        value, sentence = kept.unreadable[spec.name]
        errors = {spec.name: [sentence]}
    other = _in_words(kept.others[spec.name]) if spec.name in kept.others else None
    return Field(spec, template, value, errors, spec.name in settings, other)


def _fits(spec: SettingSpec, value: Any) -> bool:
    """Whether the form for a setting can show a value; one of another shape is shown as JSON."""
    kind = spec.kind
    if value is None:
        return spec.default is None
    if kind in LISTS:
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if kind in MAPPINGS:
        return isinstance(value, dict) and all(isinstance(part, str) for part in value.values())
    if kind == "words":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == "week":
        return isinstance(value, dict) and all(_are_times(times) for times in value.values())
    if kind == "dates":
        return isinstance(value, list) and all(
            isinstance(item, str) or (isinstance(item, dict) and _are_times(item.get("hours", []))) for item in value
        )
    if kind == "json":
        return True
    if kind in ("flag", "tri_state"):
        return isinstance(value, bool)
    if kind in NUMBERS:
        return isinstance(value, str | int) and not isinstance(value, bool)
    return isinstance(value, str)


def _are_times(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(span, list) and len(span) == 2 and all(isinstance(end, str) for end in span) for span in value
    )


def _shown_path(path: str) -> str:
    """The field that an error stands beside: a part of an item, where the form shows it, else the setting."""
    parts = path.split(".")
    return ".".join(parts[:3]) if len(parts) > 1 and parts[1].isdigit() else parts[0]


def _beside(message: str, spec: SettingSpec) -> str:
    """The sentence without the setting's label and the entry's number in front: it stands beside them already."""
    words = ITEM_WORDS.sub("", message.removeprefix(f"{spec.label}: "), count=1)
    return words[:1].upper() + words[1:]


def _matters(spec: SettingSpec, settings: Mapping[str, Any], specs: list[SettingSpec]) -> bool:
    if not spec.when or spec.name in settings:
        return True
    name, wanted = (spec.when, None) if isinstance(spec.when, str) else spec.when
    default = next((other.default for other in specs if other.name == name), None)
    value = settings.get(name, default)
    return value == wanted if wanted is not None else bool(value)


def _in_rows(fields: Iterable[Field]) -> list[list[Field]]:
    """The fields, two short ones side by side where they follow each other."""
    rows: list[list[Field]] = []
    for each in fields:
        if each.is_short and rows and len(rows[-1]) == 1 and rows[-1][0].is_short:
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows


def _by_exit(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    by_exit: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.exit:
            by_exit.setdefault(problem.exit, []).append(problem)
    return by_exit


def _in_words(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

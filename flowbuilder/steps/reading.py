"""Reads a node into its step, and says what is wrong with its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from flowbuilder.flow.expressions import ExpressionError, check_expression, check_text
from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.xml import clean_text
from flowbuilder.steps.base import CATALOGUE, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from flowbuilder.flow.model import Node
    from flowbuilder.steps.fields import SettingSpec


@dataclass(frozen=True, slots=True)
class Reading:
    """A node as read. `step` is None where the type is unknown; settings that are bad have their defaults in it.

    `exits_known` is False where the step's exits cannot be told: the type is unknown, or a bad setting shapes them.
    `texts` are those with expressions in them, each with the name of the setting it stands in.
    """

    step: Step | None
    problems: list[Problem] = field(default_factory=list)
    exits_known: bool = True
    texts: list[tuple[str, str]] = field(default_factory=list)


def read_node(node_id: str, node: Node) -> Reading:
    """The node's step, as far as its settings can be read, and a Problem for each that cannot."""
    step_type = CATALOGUE.get(node.type)
    if step_type is None:
        message = (
            f"The step type “{node.type[:60]}” is not installed here. Replace the node, or install what provides it."
        )
        return Reading(None, [Problem("unknown-step", message, node=node_id)], exits_known=False)
    specs, required, shaping = _specs_of(step_type)
    settings, problems = node.settings, []
    try:
        step = step_type.model_validate(settings)
    except ValidationError as error:
        problems = list(_problems(node_id, step_type, specs, error))
        bad = {str(detail["loc"][0]) if detail["loc"] else "" for detail in error.errors()}
        step = _readable_part(step_type, {key: value for key, value in settings.items() if key not in bad})
    texts = _texts_with_expressions(settings)
    bad_names = {problem.setting for problem in problems}
    if bad_names:
        required = [spec for spec in required if spec.name not in bad_names]
        texts = [(setting, text) for setting, text in texts if setting not in bad_names]
    if required:
        problems += _missing(node_id, step, required)
    if texts or step_type.expressions is not Step.expressions:
        problems += _expression_problems(node_id, step, texts)
    if not problems:
        problems += [_placed(problem, node_id) for problem in step.problems()]
    return Reading(step, problems, not (shaping & bad_names), texts)


@cache
def _specs_of(step_type: type[Step]) -> tuple[dict[str, SettingSpec], list[SettingSpec], frozenset[str | None]]:
    """A type's settings by name; those that must be filled in; the names of those that its exits follow from."""
    specs = {spec.name: spec for spec in step_type.settings_specs()}
    required = [spec for spec in specs.values() if spec.required]
    return specs, required, frozenset(name for name, spec in specs.items() if spec.shapes_exits)


def _readable_part(step_type: type[Step], settings: Mapping[str, Any]) -> Step:
    try:
        return step_type.model_validate(settings)
    except ValidationError:
        return step_type.model_validate({})


def _problems(
    node_id: str, step_type: type[Step], specs: Mapping[str, SettingSpec], error: ValidationError
) -> Iterator[Problem]:
    for detail in error.errors():
        path = [str(part) for part in detail["loc"]]
        setting = path[0] if path else None
        spec = specs.get(setting or "")
        if spec is None:
            message = f"{step_type.label} has no setting “{str(setting)[:60]}”. Correct its name, or take it out."
        else:
            message = f"{spec.label}: {_item_words(path)}{_sentence(detail, spec if len(path) == 1 else None)}"
        yield Problem("bad-setting", message, node=node_id, setting=setting, path=".".join(path))


def _item_words(path: list[str]) -> str:
    """Which entry of a list is meant: path to.0.number gives "entry 1, number: "."""
    words = [f"entry {int(part) + 1}" if part.isdigit() else part.replace("_", " ") for part in path[1:3]]
    return f"{', '.join(words)}: " if words else ""


def _sentence(detail: ErrorDetails, spec: SettingSpec | None) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    unit = f" {spec.unit}" if spec and spec.unit else ""
    match kind:
        case "value_error":
            return str(context.get("error", detail["msg"]))
        case "greater_than_equal":
            return f"Use at least {context['ge']}{unit}."
        case "less_than_equal":
            return f"Use at most {context['le']}{unit}."
        case "int_type" | "int_from_float" | "int_parsing":
            return "Use a whole number."
        case "bool_type" | "bool_parsing":
            return "Use true or false."
        case "string_type":
            return "Use text."
        case "too_long" if isinstance(detail["input"], str):
            return f"Shorten it to {context['max_length']:,} characters."
        case "string_too_long":
            return f"Shorten it to {context['max_length']:,} characters."
        case "list_type":
            return "Use a list."
        case "dict_type" | "model_type" | "model_attributes_type":
            return "Use names with values."
        case "too_long":
            return f"Use at most {context['max_length']} entries."
        case "literal_error":
            return f"Use one of {context['expected']}."
        case "extra_forbidden":
            return "There is no such setting. Correct its name, or take it out."
        case "missing":
            return "This is needed here."
        case _:
            return f"{detail['msg']}."


def _missing(node_id: str, step: Step, required: list[SettingSpec]) -> Iterator[Problem]:
    for spec in required:
        name, value = spec.name, step.setting(spec.name)
        if value is None or value in ([], {}) or (isinstance(value, str) and not clean_text(value).strip()):
            yield Problem("bad-setting", f"{spec.label}: fill this in.", node=node_id, setting=name, path=name)


def _expression_problems(node_id: str, step: Step, texts: list[tuple[str, str]]) -> Iterator[Problem]:
    bare = list(step.expressions())
    for setting, source in bare:
        try:
            check_expression(source)
        except ExpressionError as error:
            yield Problem("bad-expression", f"{setting}: {error}", node=node_id, setting=setting)
    bare_sources = {source for _, source in bare}
    for setting, text in texts:
        if text in bare_sources:
            continue
        try:
            check_text(text)
        except ExpressionError as error:
            yield Problem("bad-expression", f"{setting}: {error}", node=node_id, setting=setting, path=setting)


def _texts_with_expressions(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for setting, value in settings.items():
        _gather(setting, (value,), found)
    return found


def _gather(setting: str, values: Iterable[object], found: list[tuple[str, str]]) -> None:
    for value in values:
        if isinstance(value, str):
            if "{{" in value or "}}" in value:
                found.append((setting, value))
        elif isinstance(value, dict):
            for pair in value.items():
                _gather(setting, pair, found)
        elif isinstance(value, list):
            _gather(setting, value, found)


def _placed(problem: Problem, node_id: str) -> Problem:
    return Problem(problem.code, problem.message, node_id, problem.exit, problem.setting, problem.path)

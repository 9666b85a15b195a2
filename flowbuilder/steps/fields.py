"""The kinds of setting: each knows its limits, its form control and an example. Use one per setting of a step.

Every setting has a default, so that a node can be drawn before it is filled in; `required` ones must not stay empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from flowbuilder.steps.spoken import MAX_WRITTEN

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """What a form, a schema and a test need to know of one setting.

    `when` names a setting that must be on, or (setting, value) that must hold, for this one to matter.
    `shapes_exits` says that the step's exits follow from it.
    """

    name: str
    kind: str
    label: str
    hint: str = ""
    default: Any = None
    least: int | None = None
    most: int | None = None
    max_length: int | None = None
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    when: Any = None
    advanced: bool = False
    required: bool = False
    shapes_exits: bool = False
    example: Any = None


def spec_of(name: str, info: FieldInfo) -> SettingSpec:
    """The spec that a kind below put into a pydantic field."""
    extra = info.json_schema_extra
    described: dict[str, Any] = dict(extra) if isinstance(extra, dict) else {}
    described["options"] = tuple((str(value), str(label)) for value, label in described.get("options", ()))
    default = info.get_default(call_default_factory=True, validated_data={})
    return SettingSpec(name=name, default=default, **described)


def _setting(kind: str, label: str, default: Any, limits: dict[str, Any], described: dict[str, Any]) -> Any:
    extra = {
        "kind": kind,
        "label": label,
        **{key: value for key, value in described.items() if value not in (None, ())},
    }
    if isinstance(default, list | dict):
        return Field(default_factory=lambda: type(default)(default), json_schema_extra=extra, **limits)
    return Field(default=default, json_schema_extra=extra, **limits)


def whole_number(
    label: str,
    *,
    default: Any,
    least: int | None = None,
    most: int | None = None,
    kind: str = "integer",
    unit: str = "",
    **described: Any,
) -> Any:
    """A whole number from `least` to `most`."""
    limits = {key: value for key, value in (("ge", least), ("le", most)) if value is not None}
    described |= {"least": least, "most": most, "unit": unit or None}
    return _setting(kind, label, default, limits, described)


def seconds(label: str, *, default: int | None, least: int = 1, most: int | None = None, **described: Any) -> Any:
    return whole_number(label, default=default, least=least, most=most, kind="seconds", unit="s", **described)


def milliseconds(label: str, *, default: int | None, least: int = 1, most: int | None = None, **described: Any) -> Any:
    return whole_number(label, default=default, least=least, most=most, kind="milliseconds", unit="ms", **described)


def flag(label: str, *, default: bool = False, alias: str | None = None, **described: Any) -> Any:
    return _setting("flag", label, default, {"alias": alias} if alias else {}, described)


def tri_state(label: str, **described: Any) -> Any:
    """Yes, no, or whatever Plivo assumes."""
    return _setting("tri_state", label, None, {}, described)


def one_of(label: str, options: list[tuple[str, str]], *, default: str | None, **described: Any) -> Any:
    """One of some words; each option is (value, what the form shows). Annotate the setting with a Literal."""
    return _setting("choice", label, default, {}, {**described, "options": options})


def text(
    label: str,
    *,
    default: str | None = "",
    max_length: int = 2_000,
    kind: str = "text",
    alias: str | None = None,
    **described: Any,
) -> Any:
    """Text that may hold `{{ }}`."""
    limits = {"max_length": max_length, **({"alias": alias} if alias else {})}
    return _setting(kind, label, default, limits, {**described, "max_length": max_length})


def spoken_text(label: str, *, max_length: int = MAX_WRITTEN, **described: Any) -> Any:
    """What is spoken, with its tags; how much of it Plivo takes in one Speak is `spoken.spoken_problems`' to say."""
    return text(label, max_length=max_length, kind="prompt_text", **described)


def url(label: str, *, default: str | None = "", **described: Any) -> Any:
    """An absolute http(s) address; annotate the setting with `values.Url`."""
    return text(label, default=default, max_length=2_048, kind="url", **described)


def phone_number(label: str, *, default: str | None = None, **described: Any) -> Any:
    """A number with its country code; annotate the setting with `values.PhoneNumber`."""
    return text(label, default=default, max_length=200, kind="phone_number", **described)


def key(label: str, *, default: str | None, **described: Any) -> Any:
    """One key of the phone, or `none`."""
    return text(label, default=default, max_length=13, kind="key", **described)


def digits(label: str, *, default: str | None = None, max_length: int = 64, **described: Any) -> Any:
    return text(label, default=default, max_length=max_length, kind="digits", **described)


def voice(label: str = "Voice", **described: Any) -> Any:
    return text(label, default=None, max_length=40, kind="voice", **described)


def language(label: str = "Language", **described: Any) -> Any:
    return text(label, default=None, max_length=20, kind="language", **described)


def mapping(label: str, *, kind: str = "mapping", **described: Any) -> Any:
    """Names, each with a text."""
    return _setting(kind, label, {}, {"max_length": 100}, described)


def optional_mapping(label: str, *, kind: str = "mapping", alias: str | None = None, **described: Any) -> Any:
    """Names, each with a text; or nothing at all."""
    return _setting(kind, label, None, {"alias": alias} if alias else {}, described)


def listing(label: str, *, kind: str, most_items: int, **described: Any) -> Any:
    """A list of items; annotate the setting with the item's model from `items`."""
    return _setting(kind, label, [], {"max_length": most_items}, {**described, "most": most_items})

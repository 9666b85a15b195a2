"""Reads a posted settings form back into settings: one reader per kind of setting.

A field is named like the path of a Problem (`to.0.number`). What does not validate is kept as typed, so that nothing
an author wrote is lost; the checks say what is wrong with it. Only what cannot be read at all is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flowbuilder.web.form_lists import (
    LIST_READERS,
    Unreadable,
    plain_number,
)

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from flowbuilder.steps import SettingSpec

    Form = MultiDict[str, str]


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


def _text(form: Form, spec: SettingSpec, before: Any) -> Any:
    text = form.get(spec.name, "").replace("\r\n", "\n")
    if spec.kind not in ("text", "prompt_text", "sms_text"):
        text = text.strip()
    return text if text or spec.default is not None else None


def _phone_number(form: Form, spec: SettingSpec, before: Any) -> Any:
    return plain_number(form.get(spec.name, "")) or None


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


def _tri_state(form: Form, spec: SettingSpec, before: Any) -> Any:
    return {"yes": True, "no": False}.get(form.get(spec.name, ""))


def _words(form: Form, spec: SettingSpec, before: Any) -> Any:
    return form.getlist(spec.name)


Reader = Callable[["Form", "SettingSpec", Any], Any]
READERS: dict[str, Reader] = {
    "integer": _whole_number,
    "seconds": _whole_number,
    "milliseconds": _whole_number,
    "seconds_or_auto": _whole_number,
    "flag": _flag,
    "tri_state": _tri_state,
    "choice": _choice,
    "words": _words,
    "phone_number": _phone_number,
    "json": _json,
    **LIST_READERS,
}

"""Every limit that the catalogue states holds exactly: what meets it is taken, what passes it by one is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from flowbuilder.flow.model import Node
from flowbuilder.steps import CATALOGUE, SettingSpec, read_node
from tests.steps.test_golden import NODE, golden_file, read_cases

NUMBERS = ("integer", "seconds", "milliseconds")
TEXTS = ("text", "sms_text")
# What needs something beside it to be taken at its limit.
BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    ("http_request", "timeout"): {"filler": [{"speak": "One moment."}]},
}


def limits() -> Iterator[tuple[str, SettingSpec, str]]:
    for type_, step_type in sorted(CATALOGUE.items()):
        for spec in step_type.settings_specs():
            if spec.kind in NUMBERS:
                yield from ((type_, spec, side) for side in ("least", "most") if getattr(spec, side) is not None)
            elif isinstance(spec.default, list) and spec.most:
                yield type_, spec, "entries"
            elif spec.kind in TEXTS and spec.max_length:
                yield type_, spec, "length"


def base_for(type_: str, spec: SettingSpec) -> dict[str, Any]:
    """Settings of a golden case with nothing wrong, with this one among them where there are such."""
    good = [
        settings
        for settings, _ in read_cases(golden_file(type_)).values()
        if not read_node(NODE, Node(type_, settings)).problems
    ]
    return next((settings for settings in good if spec.name in settings), good[0])


def refused(type_: str, spec: SettingSpec, settings: dict[str, Any]) -> list[str]:
    problems = read_node(NODE, Node(type_, json.loads(json.dumps(settings)))).problems
    return [problem.message for problem in problems if problem.setting == spec.name]


@pytest.mark.parametrize(
    ("type_", "spec", "side"), [pytest.param(*one, id=f"{one[0]}-{one[1].name}-{one[2]}") for one in limits()]
)
def test_a_limit_can_be_met_and_not_passed(type_: str, spec: SettingSpec, side: str) -> None:
    settings = {**base_for(type_, spec), **BESIDE.get((type_, spec.name), {})}
    if side == "entries":
        (entry, *_) = spec.example if spec.example else settings[spec.name]
        words = f"Use at most {spec.most} entries."
        assert not any(
            words in told for told in refused(type_, spec, {**settings, spec.name: [entry] * (spec.most or 0)})
        )
        assert any(
            words in told for told in refused(type_, spec, {**settings, spec.name: [entry] * ((spec.most or 0) + 1)})
        )
        return
    if side == "length":
        longest = "1" * (spec.max_length or 0)
        assert not any("Shorten" in told for told in refused(type_, spec, {**settings, spec.name: longest}))
        assert any("Shorten" in told for told in refused(type_, spec, {**settings, spec.name: longest + "1"}))
        return
    limit, beyond = (spec.least, (spec.least or 0) - 1) if side == "least" else (spec.most, (spec.most or 0) + 1)
    assert refused(type_, spec, {**settings, spec.name: limit}) == []
    assert refused(type_, spec, {**settings, spec.name: beyond})

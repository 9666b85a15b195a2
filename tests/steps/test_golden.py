"""Every step type has a golden file: settings in, XML or problems out, then replies and the exits they take.

A case's settings are written by hand; what follows from them is written by `pytest --update-golden`, and reviewed.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from flowbuilder.flow.model import Node
from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.xml import canonical, pretty, serialise
from flowbuilder.steps import CATALOGUE, Step, read_node
from flowbuilder.steps.items import Prompt
from flowbuilder.steps.writing import Place, write_sound, write_step

FOLDER = Path(__file__).parent.parent / "golden" / "steps"
NODE = "here"


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
def test_the_step_does_what_its_golden_file_says(type_: str, update_golden: bool) -> None:
    path = golden_file(type_)
    cases = read_cases(path)
    found = {name: outcome_of(type_, settings) for name, (settings, _) in cases.items()}
    if update_golden:
        write_cases(path, {name: (settings, found[name]) for name, (settings, _) in cases.items()})
        cases = read_cases(path)
    for name, (_, expected) in cases.items():
        assert found[name] == expected, f"{path.name}, case “{name}”: run pytest --update-golden and review the change"


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
def test_every_setting_stands_in_a_case(type_: str) -> None:
    used = {name for settings, _ in read_cases(golden_file(type_)).values() for name in settings}
    missing = {spec.name for spec in CATALOGUE[type_].settings_specs()} - used
    assert not missing, f"{type_}.xml has no case for {sorted(missing)}"


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
def test_every_exit_is_taken_in_a_case_or_has_no_way_to_be(type_: str) -> None:
    step_type = CATALOGUE[type_]
    if step_type.silent:
        pytest.skip("a silent step has no replies; tests/runtime/test_silent_exits.py holds its exits")
    taken: set[str | None] = set()
    offered: set[str] = set()
    for settings, _ in read_cases(golden_file(type_)).values():
        reading = read_node(NODE, Node(type_, settings))
        if reading.step is None or reading.problems:
            continue
        offered.update(set(reading.step.exits()) - reading.step.dead_exits())
        taken.add(reading.step.falls_through())
        taken.update(exit for _, exit in replies_of(reading.step))
    assert not offered - taken


def golden_file(type_: str) -> Path:
    path = FOLDER / f"{type_}.xml"
    assert path.is_file(), (
        f"Write tests/golden/steps/{type_}.xml: a <cases> of <case name><settings>{{...}}</settings></case>."
    )
    return path


@cache
def outcome_text(type_: str, settings: str) -> str:
    reading = read_node(NODE, Node(type_, json.loads(settings)))
    if reading.problems:
        return "\n".join(f"{problem.code} {problem.setting}: {problem.message}" for problem in reading.problems)
    step = reading.step
    assert step is not None
    if step.silent:
        lines = ["decided without XML; exits " + ", ".join(step.exits())]
        return "\n".join([*lines, *(f"meanwhile: {served}" for served in [_served(step.meanwhile())] if served)])
    root = write_step(step, Place(NODE))
    assert check_document(root, filled=False) == []
    lines = [pretty(serialise(root)).strip(), f"falls through: {step.falls_through()}"]
    lines += [f"{sound}: {_served(prompts)}" for sound, prompts in step.sounds().items()]
    lines += [f"{json.dumps(reply, sort_keys=True)} -> {exit or 'asks again'}" for reply, exit in replies_of(step)]
    return "\n".join(lines)


def _served(prompts: list[Prompt]) -> str:
    """Prompts that are a document of their own; empty where there are none."""
    if not prompts:
        return ""
    served = write_sound(prompts, Place(NODE))
    assert check_document(served, filled=False) == []
    return canonical(serialise(served)).decode()


def outcome_of(type_: str, settings: dict[str, Any]) -> str:
    return outcome_text(type_, json.dumps(settings))


def replies_of(step: Step) -> list[tuple[dict[str, Any], str | None]]:
    """Each rehearsed reply, and the exit that `resume` takes for it; they must agree with the rehearsal."""
    found = []
    for rehearsal in step.rehearse():
        outcome = step.resume(rehearsal.reply, 1)
        assert outcome.exit == rehearsal.exit, rehearsal
        assert outcome.exit is None or outcome.exit in step.exits()
        assert (outcome.exit is None) == (outcome.again is not None)
        found.append((rehearsal.reply, outcome.exit))
    if step.attempts_after(1):
        last = max(step.attempts_after(1))
        found += [
            ({**rehearsal.reply, "attempt": last}, step.resume(rehearsal.reply, last).exit)
            for rehearsal in step.rehearse()
            if rehearsal.exit is None
        ]
    return found


def read_cases(path: Path) -> dict[str, tuple[dict[str, Any], str]]:
    cases = {}
    for case in etree.parse(path).getroot().iterfind("case"):
        settings = json.loads(case.findtext("settings") or "{}")
        cases[case.get("name", "")] = (settings, (case.findtext("gives") or "").strip())
    return cases


def write_cases(path: Path, cases: dict[str, tuple[dict[str, Any], str]]) -> None:
    root = etree.Element("cases")
    for name, (settings, gives) in cases.items():
        case = etree.SubElement(root, "case", name=name)
        etree.SubElement(case, "settings").text = json.dumps(settings, ensure_ascii=False)
        etree.SubElement(case, "gives").text = etree.CDATA(f"\n{gives}\n")
    etree.indent(root)
    path.write_bytes(etree.tostring(root, encoding="utf-8") + b"\n")

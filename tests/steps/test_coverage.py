"""Everything that Plivo can do on a call, and every component of its own builder, can be had from a step here."""

from __future__ import annotations

import pytest

from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.xml import XML_LANG
from flowbuilder.steps import CATALOGUE
from tests.steps.test_sdk import golden_documents

# Elements, and attributes, that no setting reaches: each with the reason. The compiler's own stand apart, below.
NOT_USED: dict[str, str] = {
    "GetDigits": "GetInput does all that it does, and Plivo recommends it for new flows.",
    "GetInput startInputTimeout": "Newer pages only, no default given; executionTimeout bounds the wait everywhere.",
    "GetInput retries": "Newer pages only, and unclear whether 1 asks once or twice; `attempts` writes each question.",
    "Dial machineDetection": "The Go SDK alone knows it, and no page says what it takes.",
    "Number callerId": "The Node SDK alone knows it; the Dial's own does the same.",
    "Number callerName": "The Node SDK alone knows it; the Dial's own does the same.",
    "User callerId": "The Node SDK alone knows it; the Dial's own does the same.",
    "User callerName": "The Node SDK alone knows it; the Dial's own does the same.",
    "Conference recordWhenAlone": "No page of Plivo's says what it does.",
    "Conference sendDigits": "No page of Plivo's says what it does.",
}
# How a URL of ours, or a report's, is requested: the compiler leaves Plivo's default.
OWNED_BY_THE_COMPILER = {"method", "redirect"}
METHOD_OF_A_URL = "Method"

# Every component of PHLO (plivo-api.md, 11.4) -> the step types that do at least as much.
PHLO: dict[str, tuple[str, ...]] = {
    "Send SMS": ("message",),
    "IVR Menu": ("get_input",),
    "Get Input": ("get_input",),
    "Call Forward": ("dial", "record"),
    "Hangup": ("hangup",),
    "Play Audio": ("play", "speak"),
    "Record Audio": ("record",),
    "Multiparty Call": ("multi_party_call",),
    "Conference Bridge": ("conference",),
    "HTTP Request": ("http_request",),
    "Counter": ("counter",),
    "Branch": ("branch",),
}
# Components that are no step here: where a flow has them instead.
PHLO_ELSEWHERE = {
    "Start": "the flow's `entry` for calls, and `message_entry` for messages",
    "Initiate Call": "calls that we start come with an issue of their own",
}
# What PHLO's components ask for, by component -> settings here.
PHLO_SETTINGS: dict[str, tuple[str, ...]] = {
    "Send SMS": ("from", "to", "text", "report_url"),
    "IVR Menu": ("prompts", "choices", "input_type", "execution_timeout"),
    "Get Input": ("prompts", "num_digits", "execution_timeout", "digit_end_timeout"),
    "Call Forward": ("caller_id", "to", "timeout", "order", "confirm_prompts", "confirm_key", "start_on_dial_answer"),
    "Hangup": ("reason", "schedule"),
    "Play Audio": ("url", "text", "voice", "language", "loop"),
    "Record Audio": ("report_url", "max_length"),
    "Multiparty Call": ("role", "customer_hold_prompts", "agent_hold_prompts", "record", "enter_sound", "mute"),
    "Conference Bridge": ("name", "wait_prompts", "enter_sound", "exit_sound", "muted", "record"),
    "HTTP Request": ("method", "url", "headers", "query", "json", "form", "save", "statuses", "timeout"),
    "Counter": ("limit",),
    "Branch": ("rules",),
}

# What a component tells by an exit and Plivo's XML does not: the document goes on whatever becomes of it, and a web
# address is told instead. Component and state -> step type and setting.
PHLO_STATES_ELSEWHERE: dict[str, tuple[str, str]] = {
    "Send SMS: Failed": ("message", "report_url"),
    "Conference Bridge: Failed": ("conference", "report_url"),
    "Multiparty Call: Failed": ("multi_party_call", "report_url"),
}


def reached() -> set[str]:
    """Every element, and "element attribute", that stands in a document of some golden case."""
    found: set[str] = set()
    for type_, step in CATALOGUE.items():
        for _, root in [] if step.silent else golden_documents(type_):
            for element in root.iter():
                name = str(element.tag)
                found.add(name)
                found.update(f"{name} {str(key).replace(XML_LANG, 'xml:lang')}" for key in element.attrib)
    return found


def wanted() -> set[str]:
    """Every element, and every attribute that a flow could set."""
    found: set[str] = set()
    for element in ELEMENTS.values():
        found.add(element.name)
        if element.name in NOT_USED:
            continue
        for attribute in element.attributes:
            if attribute not in OWNED_BY_THE_COMPILER and not attribute.endswith(METHOD_OF_A_URL):
                found.add(f"{element.name} {attribute}")
    return found


def test_every_element_and_attribute_is_reached_by_some_setting_or_listed_with_its_reason() -> None:
    assert wanted() - reached() == set(NOT_USED)


def test_what_is_listed_as_not_used_is_not_used_and_exists() -> None:
    used = reached()
    for name in NOT_USED:
        element, _, attribute = name.partition(" ")
        assert name not in used
        assert element in ELEMENTS
        assert not attribute or attribute in ELEMENTS[element].attributes


def test_no_report_is_asked_for_in_another_way_than_plivos_own() -> None:
    assert not [name for name in reached() if name.endswith(METHOD_OF_A_URL)]


@pytest.mark.parametrize("component", PHLO)
def test_every_component_of_plivos_builder_has_a_step_that_does_as_much(component: str) -> None:
    for type_ in PHLO[component]:
        assert type_ in CATALOGUE
    settings = {spec.name for type_ in PHLO[component] for spec in CATALOGUE[type_].settings_specs()}
    assert PHLO_SETTINGS[component]
    assert set(PHLO_SETTINGS[component]) <= settings


@pytest.mark.parametrize("state", PHLO_STATES_ELSEWHERE)
def test_a_state_that_is_no_exit_can_be_learnt_where_it_is_said(state: str) -> None:
    component, _, _ = state.partition(": ")
    type_, setting = PHLO_STATES_ELSEWHERE[state]
    assert type_ in PHLO[component]
    assert CATALOGUE[type_].model_construct().exits() == ["next"], "now that it has exits, list them below"
    assert setting in {spec.name for spec in CATALOGUE[type_].settings_specs()}


def test_no_component_is_forgotten() -> None:
    assert len(PHLO) + len(PHLO_ELSEWHERE) == 14
    assert not set(PHLO) & set(PHLO_ELSEWHERE)


@pytest.mark.parametrize(
    ("component", "type_", "exits"),
    [
        ("Get Input", "get_input", {"input", "no_input", "no_match"}),
        ("Record Audio", "record", {"next"}),
        ("Multiparty Call", "multi_party_call", {"next"}),
        ("Conference Bridge", "conference", {"next"}),
        ("Play Audio", "play", {"next"}),
        ("Send SMS", "message", {"next"}),
        ("Call Forward", "dial", {"completed", "no_answer", "busy", "failed"}),
        ("HTTP Request", "http_request", {"ok", "failed"}),
        ("Counter", "counter", {"again", "done"}),
        ("Branch", "branch", {"otherwise"}),
    ],
)
def test_a_step_has_an_exit_for_each_state_of_the_component(component: str, type_: str, exits: set[str]) -> None:
    assert exits <= set(CATALOGUE[type_].model_validate({}).exits()), component

"""What an author may write that no call could bear: each is refused, or does what it says."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.runtime import Links, NoServices, Published, arrive
from flowbuilder.runtime.call import Call
from flowbuilder.steps import read_node
from tests.compiler.golden_calls import GoldenCall
from tests.steps.reading_good import complaints


def told(type_: str, **settings: Any) -> str:
    return " ".join(problem.message for problem in read_node("n", Node(type_, settings)).problems)


@pytest.mark.parametrize(
    "text",
    ["<p>One <s>two</p></s>", "<p>One", "One</p>", "<p><p>One</p></p>", "<break>One</break>", "<s><p>One</p></s>"],
)
def test_tags_that_do_not_nest_are_refused(text: str) -> None:
    assert ("bad-setting", "text") in complaints("speak", text=text, voice="Polly.Amy")


def test_a_voice_that_lacks_the_language_is_refused_wherever_it_speaks() -> None:
    german = {"voice": "Polly.Amy", "language": "de-DE"}
    assert "does not speak German" in told("speak", text="Hallo", **german)
    assert "does not speak German" in told("get_input", prompts=[{"speak": "Hallo", **german}])
    assert "does not speak German" in told(
        "http_request", url="https://x.example", filler=[{"speak": "Hallo", **german}]
    )


def test_three_thousand_characters_are_spoken_and_one_more_is_not() -> None:
    assert told("speak", text="x" * 3_000) == ""
    assert "3,000" in told("speak", text="x" * 3_001)
    assert "3,000" in told("get_input", prompts=[{"speak": "x" * 3_001}])
    assert "3,000" in told("http_request", url="https://x.example", filler=[{"speak": "x" * 3_001}])


@pytest.mark.parametrize(("pressed", "heard"), [("1", "One."), ("12", "Twelve."), ("2", "Other.")])
def test_a_choice_may_begin_like_another_for_the_caller_is_waited_for(pressed: str, heard: str) -> None:
    choices = [{"exit": "one", "digits": "1"}, {"exit": "twelve", "digits": "12"}]
    exits = {"one": "one", "twelve": "twelve", "no_match": "other"}
    nodes = {
        "ask": Node("get_input", {"prompts": [{"speak": "Which?"}], "choices": choices}, exits),
        "one": Node("speak", {"text": "One."}),
        "twelve": Node("speak", {"text": "Twelve."}),
        "other": Node("speak", {"text": "Other."}),
    }
    call = GoldenCall(compile_flow(Flow("f", "ask", nodes))).run([f"press {pressed}"])
    assert [event.data["text"] for event in call.player.events if event.kind == "said"] == ["Which?", heard]


@pytest.mark.parametrize(
    ("one", "other"), [("Ménü", "menu!"), ("BILLING", "billing"), ("the bill", "bill please"), ("Straße", "strasse")]
)
def test_phrases_that_are_the_same_once_folded_are_refused(one: str, other: str) -> None:
    choices = [{"exit": "a", "phrases": [one]}, {"exit": "b", "phrases": [other]}]
    prompts = [{"speak": "Yes?"}]
    found = complaints("get_input", prompts=prompts, input_type="speech", choices=choices)
    assert found == [("duplicate-choice", "choices")]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe/Atlantis", "../../etc/passwd", "UTC+25", ""])
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    assert ("bad-setting", "time_zone") in complaints("hours", time_zone=zone, weekly={"mon": [["09:00", "17:00"]]})


class ItselfAgain(NoServices):
    """A world in which the flow leads into itself."""

    def published(self, flow: str) -> Published | None:
        return Published("f", "1", self.made)

    def program(self, flow_id: str, version: str) -> Any:
        return self.made

    made: Any = None


def test_a_flow_that_goes_to_itself_ends_in_bounded_time() -> None:
    world = ItselfAgain()
    world.made = compile_flow(
        Flow(
            "f",
            "go",
            {"go": Node("go_to_flow", {"flow": "f"}, {"returned": "bye"}), "bye": Node("speak", {"text": "Bye."})},
        )
    )
    answer = arrive(world.made, Call({"uuid": "u"}), "go", Links("https://x.test/v1/flows/f/1"), world)
    entered = [event for event in answer.events if event["kind"] == "entered"]
    assert 0 < len(entered) <= 10
    assert [event["kind"] for event in answer.events].count("not_entered") == 1

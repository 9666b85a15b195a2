"""What a call gets at each webhook, and what is known of it from then on."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.errors import NotFound
from flowbuilder.flow.model import Node
from flowbuilder.protocol.elements import MAX_DOCUMENT_BYTES
from flowbuilder.runtime import HttpAnswer
from flowbuilder.runtime.writing import MAX_DECISIONS, DocumentTooLarge, EndlessDecisions
from tests.checks.drawing import ask_web, decide, hang_up, menu, node, ring, say
from tests.runtime.line import BASE, Line, spoken, tags

TWICE = {
    "attempts": 3,
    "no_input_prompts": [{"speak": "Nothing heard."}],
    "no_match_prompts": [{"speak": "Wrong."}],
}
SILENCE = {"digits": "", "speech": "", "confidence": None, "input_type": "", "exit": "no_input"}


def branch(**rules: str) -> Node:
    return node(
        "branch", {"rules": [{"exit": exit, "when": when} for exit, when in rules.items()]}, yes="y", otherwise="n"
    )


# --- arriving


def test_a_call_gets_the_document_of_the_node_it_comes_to() -> None:
    line = Line(a=say("One.", next="b"), b=menu("x", x="c", no_input="c"), c=hang_up())
    document = line.arrive("a")
    assert tags(document) == ["Speak", "GetInput", "Hangup"]
    assert document[1].get("action") == f"{BASE}/nodes/b/input?turn=1"
    assert line.call.turn == 1
    assert line.call.owners == ["a", "b", "c"]
    assert line.told("served") == [{"kind": "served", "nodes": ["a", "b", "c"], "bytes": len(line.last.body)}]
    assert tags(line.arrive("c")) == ["Hangup"]
    assert line.call.turn == 2


def test_every_document_is_numbered_in_its_addresses() -> None:
    line = Line(a=menu("x", {"attempts": 2}, no_input="a"))
    line.arrive("a")
    document = line.arrive("a")
    assert document[0].get("action") == f"{BASE}/nodes/a/input?turn=2"
    assert document[1].get("action") == f"{BASE}/nodes/a/input?attempt=2&turn=2"
    assert document[2].text == f"{BASE}/nodes/a?turn=2"


@pytest.mark.parametrize("known", ["", "gone", "a/input", "../a", "A"])
def test_a_node_that_is_not_there_is_not_found_and_the_call_stays_as_it_was(known: str) -> None:
    line = Line(a=menu("x", no_input="a"))
    line.arrive("a")
    before = line.call.to_json()
    with pytest.raises(NotFound, match="no node"):
        line.arrive(known)
    with pytest.raises(NotFound, match="no node"):
        line.resume(known, "input", digits="1")
    assert line.call.to_json() == before


@pytest.mark.parametrize(("at", "event"), [("a", "dialed"), ("a", ""), ("b", "input"), ("b", "None"), ("c", "input")])
def test_an_event_that_the_node_does_not_know_is_not_found(at: str, event: str) -> None:
    line = Line(a=menu("x", no_input="b"), b=say(next="c"), c=branch(yes="true"), y=hang_up(), n=hang_up())
    line.arrive("a")
    before = line.call.to_json()
    with pytest.raises(NotFound, match="no continuation"):
        line.resume(at, event, digits="1")
    assert line.call.to_json() == before


# --- what has been passed


def passing() -> Line:
    return Line(
        a=menu("one", one="d", no_input="b"),
        b=say("Left by {{ a.exit }}.", next="c"),
        c=menu("two", two="d", no_input="d"),
        d=say("a: {{ a.exit }} {{ a.digits }}, c: {{ c.exit }} {{ c.digits }}"),
    )


def test_the_rest_of_a_document_is_written_as_if_the_caller_had_fallen_through() -> None:
    line = passing()
    assert spoken(line.arrive("a")) == ["Choose.", "Left by no_input.", "Choose.", "a: no_input , c: no_input "]
    assert line.call.outputs == {}


def test_what_was_fallen_through_is_known_once_the_way_was_really_gone() -> None:
    line = passing()
    line.arrive("a")
    assert spoken(line.resume("c", "input", digits="1")) == ["a: no_input , c: two 1"]
    assert line.call.outputs["a"] == SILENCE


def test_what_was_not_fallen_through_never_happened() -> None:
    line = passing()
    line.arrive("a")
    assert spoken(line.resume("a", "input", digits="1")) == ["a: one 1, c:  "]
    assert list(line.call.outputs) == ["a"]


def test_a_closing_redirect_says_that_all_of_the_document_was_passed() -> None:
    line = Line(a=menu("one", no_input="b"), b=ask_web(ok="c"), c=say("{{ a.exit }}"))
    assert tags(line.arrive("a")) == ["GetInput", "Redirect"]
    assert spoken(line.arrive("b")) == ["no_input"]
    assert line.call.outputs["a"] == SILENCE


def test_an_arrival_from_elsewhere_passes_nothing() -> None:
    line = Line(a=menu("one", no_input="b"), b=ask_web(ok="c"), c=say("{{ a.exit }}"))
    line.arrive("a")
    assert tags(line.arrive("c")) == []
    assert line.call.outputs == {}


def test_a_decision_in_a_document_sees_what_was_passed_before_it() -> None:
    line = Line(
        a=menu("one", one="b", no_input="b"), b=branch(yes="a.exit == 'no_input'"), y=say("Silent."), n=say("Not.")
    )
    assert spoken(line.arrive("a")) == ["Choose.", "Silent."]
    assert spoken(line.resume("a", "input", digits="1")) == ["Not."]


# --- replies


def test_a_reply_is_kept_under_the_name_of_its_node() -> None:
    line = Line(a=menu(settings={"num_digits": 4}, input="b"), b=say("{{ a.digits }}"))
    line.arrive("a")
    assert spoken(line.resume("a", "input", digits="1234", confidence=None, input_type="dtmf")) == ["1234"]
    expected = {"digits": "1234", "speech": "", "confidence": None, "input_type": "dtmf", "exit": "input"}
    assert line.call.outputs == {"a": expected}
    assert line.told("took") == [{"kind": "took", "node": "a", "exit": "input", "outputs": expected}]


def test_wrong_answers_and_silence_are_counted_together() -> None:
    line = Line(a=menu("x", TWICE, no_match="b", no_input="c"), b=say("Too often."), c=say("Silent."))
    assert spoken(line.arrive("a")) == ["Choose.", "Nothing heard.", "Choose.", "Nothing heard.", "Choose.", "Silent."]
    again = line.resume("a", "input", attempt=1, digits="9")
    assert spoken(again) == ["Wrong.", "Choose.", "Nothing heard.", "Choose.", "Silent."]
    assert [child.get("action") for child in list(again)[:2]] == [
        f"{BASE}/nodes/a/input?attempt=2&turn=2",
        f"{BASE}/nodes/a/input?attempt=3&turn=2",
    ]
    assert line.call.outputs["a"]["exit"] == "no_match"
    assert spoken(line.resume("a", "input", attempt=2, digits="9")) == ["Wrong.", "Choose.", "Silent."]
    assert spoken(line.resume("a", "input", attempt=3, digits="9")) == ["Too often."]


@pytest.mark.parametrize("attempt", [4, 99, 10**9])
def test_an_attempt_that_there_never_was_is_the_last_one(attempt: int) -> None:
    line = Line(a=menu("x", TWICE, no_match="b"), b=say("Too often."))
    assert spoken(line.resume("a", "input", attempt=attempt, digits="9")) == ["Too often."]


def test_an_exit_that_is_not_connected_ends_the_call() -> None:
    line = Line(a=menu("x"))
    assert tags(line.resume("a", "input", digits="1")) == []


TO = [{"number": f"+1415555010{place}"} for place in range(3)]


def in_turn(**settings: Any) -> Line:
    dial = node("dial", {"to": TO, "order": "in_turn", **settings}, completed="b", otherwise="c")
    return Line(a=dial, b=say("Spoken to."), c=say("{{ a.status }}"))


def test_numbers_are_rung_one_after_the_other_until_one_answers() -> None:
    line = in_turn()
    rung = [line.arrive("a")[0]]
    rung += [line.resume("a", "dialed", attempt=attempt, status="busy")[0] for attempt in (1, 2)]
    assert [[number.text for number in dial] for dial in rung] == [[target["number"]] for target in TO]
    assert rung[2].get("action") == f"{BASE}/nodes/a/dialed?attempt=3&turn=3"
    assert spoken(line.resume("a", "dialed", attempt=3, status="no_answer")) == ["no-answer"]


@pytest.mark.parametrize(("status", "heard"), [("completed", "Spoken to."), ("cancel", "cancel")])
def test_ringing_in_turn_stops_when_someone_answered_or_the_caller_left(status: str, heard: str) -> None:
    line = in_turn()
    line.arrive("a")
    assert spoken(line.resume("a", "dialed", attempt=1, status=status)) == [heard]


def test_how_a_dial_ended_is_reported_once_when_it_is_over() -> None:
    line = in_turn(report_url="https://hooks.example.com/dial")
    line.arrive("a")
    line.resume("a", "dialed", attempt=1, status="busy", ring_status=True)
    assert line.last.reports == []
    line.resume("a", "dialed", attempt=2, status="completed", ring_status=True, hangup_cause="Normal Hangup")
    (report,) = line.last.reports
    assert (report.url, report.form["DialStatus"], report.form["DialRingStatus"]) == (
        "https://hooks.example.com/dial",
        "completed",
        "true",
    )


# --- asking the world, and deciding


def asking(answer: HttpAnswer) -> Line:
    lookup = ask_web({"owner": "response.json.name"}, ok="c", failed="d")
    return Line(
        answer=answer, a=say(next="b"), b=lookup, c=say("Hello {{ vars.owner }}."), d=say("Failed {{ b.status_code }}.")
    )


def test_a_web_request_after_something_heard_is_made_by_its_own_request_and_once() -> None:
    line = asking(HttpAnswer(200, "", {"name": "Ada"}))
    document = line.arrive("a")
    assert tags(document) == ["Speak", "Redirect"]
    assert document[1].text == f"{BASE}/nodes/b?turn=1"
    assert line.world.asked == []
    assert spoken(line.arrive("b")) == ["Hello Ada."]
    assert len(line.world.asked) == 1
    assert line.call.variables == {"owner": "Ada"}
    assert line.call.outputs["b"] == {"status_code": 200, "json": {"name": "Ada"}, "text": ""}
    assert line.told("decided") == [{"kind": "decided", "node": "b", "exit": "ok", "variables": {"owner": "Ada"}}]


def test_a_web_request_that_fails_goes_its_own_way() -> None:
    line = asking(HttpAnswer(0))
    assert spoken(line.arrive("b")) == ["Failed 0."]
    assert line.call.variables == {"owner": None}


def test_web_requests_in_a_row_are_made_in_one_request() -> None:
    line = Line(a=ask_web(ok="b"), b=ask_web(ok="c"), c=say(next="d"), d=ask_web())
    assert tags(line.arrive("a")) == ["Speak", "Redirect"]
    assert len(line.world.asked) == 2


def row_of_decisions(count: int) -> Line:
    nodes = {f"d{number}": decide("yes", yes=f"d{number + 1}") for number in range(count)}
    return Line(entry="d0", **nodes, **{f"d{count}": say("Decided.")})


def test_decisions_within_a_request_are_bounded() -> None:
    assert spoken(row_of_decisions(MAX_DECISIONS).arrive("d0")) == ["Decided."]
    with pytest.raises(EndlessDecisions, match=f"More than {MAX_DECISIONS} decisions"):
        row_of_decisions(MAX_DECISIONS + 1).arrive("d0")


def test_a_counter_goes_round_as_often_as_it_may_within_one_request() -> None:
    line = Line(
        entry="c",
        c=node("counter", {"limit": 100}, again="d1", done="end"),
        d1=decide("yes", yes="d2"),
        d2=decide("yes", yes="c"),
        end=say("{{ c.count }} times"),
    )
    assert spoken(line.arrive("c")) == ["101 times"]


# --- size


def test_a_document_that_values_make_too_large_for_plivo_is_none() -> None:
    """Better an apology than a document of which Plivo takes nothing."""
    line = Line(a=node("get_input", {"prompts": [{"speak": "{{ vars.long }}"}] * 40}))
    line.call.variables["long"] = "x" * 3_000
    with pytest.raises(DocumentTooLarge, match="once it is filled"):
        line.arrive("a")


def test_a_document_is_cut_where_values_make_it_too_large() -> None:
    nodes = {f"n{number}": say(f"{number} {{{{ vars.long }}}}", next=f"n{number + 1}") for number in range(59)}
    line = Line(entry="n0", **nodes, n59=hang_up())
    line.call.variables["long"] = "<" * 2_900
    heard: list[str] = []
    at: str | None = "n0"
    while at:
        document = line.arrive(at)
        assert len(line.last.body) <= MAX_DOCUMENT_BYTES
        heard += spoken(document)
        redirects = [child.text or "" for child in document.iter("Redirect")]
        at = redirects[0].split("/nodes/")[1].split("?")[0] if redirects else None
    assert [text.split()[0] for text in heard] == [str(number) for number in range(59)]
    assert line.call.turn > 3


def test_a_fixed_text_after_large_values_still_fits() -> None:
    nodes = {f"n{number}": say("{{ vars.long }}", next=f"n{number + 1}") for number in range(21)}
    line = Line(entry="n0", **nodes, n21=say("y" * 2_900, next="n22"), n22=hang_up())
    line.call.variables["long"] = "x" * 3_000
    document = line.arrive("n0")
    assert len(line.last.body) <= MAX_DOCUMENT_BYTES
    assert tags(document)[-1] == "Redirect"


def test_ring_without_a_way_on_ends_the_document() -> None:
    line = Line(a=ring(completed="b"), b=hang_up())
    assert tags(line.arrive("a")) == ["Dial"]
    assert line.call.passages == []

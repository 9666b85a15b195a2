"""The phone: calls of the draft and of a number, played through the real webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow, Node
from flowbuilder.simulator.events import Event
from flowbuilder.web.gallery import start_flow
from flowbuilder.web.phone_log import log_lines, turn_after
from flowbuilder.web.phone_view import exits_by_turn
from flowbuilder.web.publishing_steps import Target, publish
from tests.web.pages import read_page

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

HTMX = {"HX-Request": "true"}
NUMBERS = {"from": "+12025550123", "to": "+14155550100"}


class Phone:
    """A browser at the phone of one flow."""

    def __init__(self, browser: Any, flow_id: str) -> None:
        self.browser, self.flow_id = browser, flow_id
        self.panel = self._read(browser.get(f"/flows/{flow_id}/phone", headers=HTMX))

    def _read(self, answer: Any) -> Any:
        self.status = answer.status_code
        return read_page(answer)

    def call(self, **more: str) -> Phone:
        data = {**NUMBERS, **more}
        self.panel = self._read(self.browser.post(f"/flows/{self.flow_id}/phone", data=data, headers=HTMX))
        return self

    def do(self, what: str, **more: str) -> Phone:
        action = self.panel.xpath("//form[contains(@class, 'under')]/@action")[0]
        self.panel = self._read(self.browser.post(action, data={"do": what, **more}, headers=HTMX))
        return self

    @property
    def lines(self) -> list[str]:
        return [" ".join(line.text_content().split()) for line in self.panel.xpath("//*[@role='log']/p")]

    @property
    def node(self) -> str:
        return str(self.panel.get("data-node"))

    @property
    def values(self) -> dict[str, str]:
        pairs = zip(self.panel.xpath("//dl/dt"), self.panel.xpath("//dl/dd"), strict=True)
        return {name.text_content(): text.text_content() for name, text in pairs}

    @property
    def text(self) -> str:
        return " ".join(self.panel.text_content().split())


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


@pytest.fixture
def phone(browser: Any, parts: Flowbuilder) -> Phone:
    """At the phone of the phone tree."""
    browser.get("/")
    return Phone(browser, parts.store.flows.create(start_flow("phone_tree")).id)


def test_nothing_is_called_until_the_author_calls(phone: Phone, parts: Flowbuilder) -> None:
    assert phone.lines == ["Press Call to hear what a caller hears."]
    assert parts.store.calls.recent() == []


def test_a_call_of_the_draft_plays_until_the_caller_is_asked(phone: Phone, parts: Flowbuilder) -> None:
    phone.call()
    assert phone.lines[0].startswith("1 request · ")
    assert phone.lines[1] == "Hello, and welcome to Larch Street Cycles."
    assert phone.node == "menu"
    assert phone.values == {"call.from_number": "12025550123"}
    (row,) = parts.store.calls.recent(phone.flow_id)
    assert row.version == "draft-1"


def test_a_key_leads_on_and_the_values_say_what_it_gave(phone: Phone) -> None:
    phone.call().do("press", digits="1")
    assert phone.lines[-3] == "pressed 1"
    assert phone.lines[-2].startswith("1 request · ")
    assert phone.lines[-2].endswith("· workshop")
    assert phone.lines[-1] == "Ringing +1 415 555 0142, for 20 s at most"
    assert phone.node == "ring_workshop"
    assert phone.values["menu.digits"] == "1"
    assert phone.values["menu.exit"] == "workshop"


@pytest.mark.parametrize("result", ["busy", "no_answer", "timeout", "failed", "cancel"])
def test_the_author_chooses_how_a_dial_ends(phone: Phone, result: str) -> None:
    phone.call().do("press", digits="1")
    assert result in phone.panel.xpath("//button[@name='result']/@value")
    phone.do("dial_ends", result=result)
    assert phone.node == "recording"
    assert phone.values["ring_workshop.status"].replace("-", "_") == result


def test_a_completed_dial_ends_the_call_of_the_phone_tree(phone: Phone) -> None:
    phone.call().do("press", digits="2").do("dial_ends", result="completed")
    assert phone.lines[-1] == "The flow ended the call."
    assert phone.node == ""
    assert phone.panel.xpath("//button[contains(., 'Call again')]")


def test_a_message_can_be_left(phone: Phone) -> None:
    phone.call().do("press", digits="1").do("dial_ends", result="busy")
    phone.do("record_ends", seconds="21", result="#")
    assert "left a message of 21 s" in phone.lines
    assert phone.values["recording.duration"] == "21"


def test_what_is_said_is_understood(phone: Phone) -> None:
    phone.call().do("say", text="opening times")
    assert "“opening times”" in phone.lines
    assert "We are open from 9 to 6 on weekdays, and from 10 to 4 on Saturdays." in phone.lines
    assert phone.node == "menu"


def test_a_caller_may_stay_silent_and_may_hang_up(phone: Phone) -> None:
    phone.call().do("silence")
    assert "Are you still there?" in phone.lines
    assert phone.node == "menu"
    assert phone.do("hang_up").lines[-1] == "You hung up."


def test_what_cannot_be_done_now_is_a_sentence_and_the_call_goes_on(phone: Phone) -> None:
    phone.call().do("dial_ends", result="busy")
    assert "does not wait for that now" in phone.text
    assert phone.node == "menu"
    assert phone.do("press", digits="x").node == "menu"


def test_numbers_that_are_none_are_refused(phone: Phone) -> None:
    phone.call(**{"from": "nobody"})
    assert phone.status == 422
    assert "country code first" in phone.text


def test_a_draft_with_errors_cannot_be_called_and_says_why(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    phone = Phone(browser, parts.store.flows.create(Flow(name="Empty")).id)
    assert "Show the problems" in phone.text
    assert phone.call().status == 422
    assert parts.store.calls.recent() == []


def test_a_published_number_answers_with_its_version_and_not_the_draft(browser: Any, parts: Flowbuilder) -> None:
    greeting = Flow("Greeting", "hello", {"hello": Node("speak", {"text": "Hello."})})
    row = parts.store.flows.create(greeting)
    assert list(publish(parts, row.id, Target(numbers=["+14155550000"])))[-1].ok
    parts.store.flows.save(row.id, 1, greeting.with_node("hello", Node("speak", {"text": "Draft."})), "Changed")
    browser.get("/")
    phone = Phone(browser, row.id)
    assert "Hello." in phone.call(what="live", to="+14155550000").lines
    assert "Draft." in phone.call(what="draft", to="+14155550000").lines
    assert "Publish a flow to it first." in phone.call(what="live", to="+12025550142").text


def test_an_edit_during_a_call_changes_later_calls_only(phone: Phone, parts: Flowbuilder) -> None:
    phone.call()
    flow = parts.store.flows.load(phone.flow_id)
    parts.store.flows.save(phone.flow_id, 1, flow.with_node("opening_times", Node("speak", {"text": "Shut."})), "x")
    phone.do("press", digits="3")
    assert "We are open from 9 to 6 on weekdays, and from 10 to 4 on Saturdays." in phone.lines
    assert "Shut." in phone.call().do("press", digits="3").lines


def test_the_call_is_still_there_when_the_panel_is_opened_again(phone: Phone, browser: Any) -> None:
    phone.call()
    assert Phone(browser, phone.flow_id).node == "menu"


def test_a_call_that_the_server_does_not_know_is_told_so(phone: Phone, browser: Any) -> None:
    answer = browser.post(f"/flows/{phone.flow_id}/phone/no-such-call", data={"do": "hang_up"}, headers=HTMX)
    assert "That call is over" in answer.text


def test_without_htmx_the_phone_is_a_page(phone: Phone, browser: Any) -> None:
    assert browser.post(f"/flows/{phone.flow_id}/phone", data=NUMBERS).status_code == 303
    assert "<title>Call Phone tree" in browser.get(f"/flows/{phone.flow_id}/phone").text


def test_what_a_caller_says_is_never_markup(phone: Phone) -> None:
    phone.call().do("say", text="<b>shop</b>")
    assert not phone.panel.xpath("//*[@role='log']//b")


class TestWithoutAPublicUrl:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings("sqlite:///:memory:", secret_key="for tests")

    def test_the_draft_is_called_under_the_address_of_the_page(self, phone: Phone) -> None:
        assert phone.call().node == "menu"


def test_every_kind_of_event_has_a_line_or_is_left_out_on_purpose() -> None:
    from typing import get_args

    from flowbuilder.simulator.events import EventKind
    from flowbuilder.web.phone_log import WRITERS

    assert set(WRITERS) | {"requested"} == set(get_args(EventKind))


def test_requests_in_a_row_are_one_fact() -> None:
    asked = {"url": "https://x.test/nodes/a?turn=1", "status": 200, "milliseconds": 4.2}
    events = [Event("requested", asked), Event("requested", {**asked, "url": "https://x.test/nodes/b?turn=2"})]
    assert [line.text for line in log_lines(events, {3: ["ok"]})] == ["2 requests · 8 ms · ok"]
    failed = [Event("requested", {**asked, "status": 500})]
    assert [(line.kind, line.text) for line in log_lines(failed)] == [("fact bad", "1 request · 4 ms · status 500")]
    assert turn_after("https://x.test/nodes/a") == 1


def test_secret_input_is_dots_in_the_log_in_the_values_and_in_the_trace(browser: Any, parts: Flowbuilder) -> None:
    settings = {"prompts": [{"speak": "Your PIN?"}], "num_digits": 4, "secret": True}
    nodes = {
        "pin": Node("get_input", settings, {"input": "kept"}, (0, 0)),
        "kept": Node("set", {"variables": {"pin": "pin.digits"}}, {"next": "more"}, (0, 0)),
        "more": Node("get_input", {"prompts": [{"speak": "And?"}]}, {}, (0, 0)),
    }
    row = parts.store.flows.create(Flow(name="PIN", entry="pin", nodes=nodes))
    browser.get("/")
    phone = Phone(browser, row.id).call()
    assert phone.panel.find_class("typed")[0].get("class") == "typed secret"
    phone.do("press", digits="7319")
    assert phone.panel.find_class("typed")[0].get("class") == "typed"
    assert "pressed ••••" in phone.lines
    assert phone.values["pin.digits"] == "••••"
    (call,) = parts.store.calls.recent(row.id)
    phone.do("press", digits="5")
    assert "pressed 5" in phone.lines
    assert phone.values["vars.pin"] == "••••"
    for text in (phone.text, browser.get(f"/flows/{row.id}/calls/{call.uuid}").text):
        assert "7319" not in text


def test_the_reason_why_the_web_did_not_answer_stands_beside_the_exit() -> None:
    trace = [
        {"kind": "took", "turn": 2, "node": "ask", "exit": "no_match"},
        {"kind": "decided", "turn": 2, "node": "look", "exit": "failed", "reason": "There was no answer in time."},
    ]
    assert exits_by_turn(trace) == {2: ["no match", "failed (There was no answer in time.)"]}


def test_what_is_decided_behind_a_question_is_told_as_such() -> None:
    trace = [{"kind": "decided", "turn": 1, "node": "hours", "exit": "closed", "if_silent": True}]
    assert exits_by_turn(trace) == {1: ["closed if the caller is silent"]}

"""The player goes through documents as Plivo does: in order, to the end, and into the next one."""

from __future__ import annotations

import json

import pytest

from flowbuilder.simulator.player import FetchResult, NotNow, Player
from tests.simulator.world import BASE, World, code, heard, kinds, last


@pytest.fixture
def world() -> World:
    return World()


def test_elements_run_in_order_and_the_end_of_the_document_ends_the_call(world: World) -> None:
    player = world.call(
        '<Speak voice="Polly.Amy">One</Speak><Play loop="2">https://a.test/2.mp3</Play><Wait length="3"/>'
    )
    assert kinds(player) == ["requested", "answered", "said", "played", "waited", "hung_up", "requested"]
    assert heard(player) == ["One", "https://a.test/2.mp3"]
    assert last(player, "said")["voice"] == "Polly.Amy"
    assert last(player, "played")["times"] == 2
    assert code(player) == 4010
    assert player.awaiting is None


def test_the_answer_request_carries_the_call(world: World) -> None:
    world = World(headers={"Account": "42"}, forwarded_from="1999")
    world.call("<Speak>x</Speak>")
    assert world.asked[0] == (
        "POST",
        "answer",
        {
            "CallUUID": "call-1",
            "From": "14155550100",
            "To": "14155550199",
            "Direction": "inbound",
            "CallStatus": "ringing",
            "ForwardedFrom": "1999",
            "Event": "StartApp",
            "X-PH-Account": "42",
        },
    )


def test_an_outbound_call_is_in_progress_when_it_is_answered() -> None:
    world = World(direction="outbound")
    player = world.call("<Hangup/>")
    assert world.asked[0][2]["CallStatus"] == "in-progress"
    assert world.asked[0][2]["ALegUUID"] == "call-1"
    assert code(player) == 4000


def test_the_hangup_url_is_told_how_long_the_call_was_and_why_it_ended(world: World) -> None:
    world.call('<Speak>x</Speak><Wait length="70"/>')
    told = world.asked_for("hangup")[0]
    assert told["CallStatus"] == "completed"
    assert (told["Duration"], told["BillDuration"]) == ("70", "120")
    assert (told["HangupCauseName"], told["HangupCauseCode"]) == ("End Of XML Instructions", "4010")
    assert told["HangupSource"] == "Plivo"


def test_a_redirect_takes_over_and_what_follows_it_is_never_heard(world: World) -> None:
    player = world.call(
        f'<Redirect method="GET">{BASE}next?a=1#rt=3000</Redirect><Speak>never</Speak>',
        **{"next?a=1": "<Speak>next</Speak>"},
    )
    assert heard(player) == ["next"]
    assert world.asked[1][:2] == ("GET", "next?a=1")
    assert world.asked[1][2]["Event"] == "Redirect"
    assert player.position.document_url == BASE + "next?a=1"


def test_requests_are_measured_with_the_clock_that_was_given(world: World) -> None:
    player = world.call("<Speak>x</Speak>")
    assert last(player, "requested")["milliseconds"] == 4.0


def test_a_prompt_that_never_ends_leaves_the_caller_only_to_hang_up(world: World) -> None:
    player = world.call('<Speak loop="0">on and on</Speak><Speak>never</Speak>')
    assert player.awaiting
    assert player.awaiting.kind == "endless"
    for act in (lambda: player.press("1"), player.stay_silent, lambda: player.say("x"), player.leave):
        with pytest.raises(NotNow):
            act()
    player.hang_up()
    assert code(player) == 4000
    assert heard(player) == ["on and on"]


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ("<Hangup/>", 3020),
        ('<Hangup reason="rejected"/>', 3020),
        ('<Hangup reason="busy"/>', 3010),
        ("<Speak>x</Speak><Hangup/>", 4000),
        ('<Wait length="2"/><Hangup/>', 3020),
        ("<PreAnswer><Speak>x</Speak></PreAnswer><Hangup/>", 3020),
        ('<Speak>x</Speak><Hangup schedule="5"/>', 4000),
        ("", 4010),
    ],
)
def test_a_hangup_refuses_a_call_that_nothing_has_picked_up(world: World, document: str, wanted: int) -> None:
    assert code(world.call(document)) == wanted


def test_a_scheduled_hangup_lets_what_follows_run_until_its_time(world: World) -> None:
    player = world.call('<Hangup schedule="10"/><Speak>one</Speak><Wait length="20"/><Speak>never</Speak>')
    assert heard(player) == ["one"]
    assert code(player) == 4000


def test_early_media_does_not_pick_the_call_up(world: World) -> None:
    player = world.call("<PreAnswer><Speak>wait</Speak><Wait/></PreAnswer><Speak>hello</Speak>")
    assert kinds(player)[1:6] == ["said", "waited", "answered", "said", "hung_up"]


def test_what_is_sent_and_messaged_is_reported(world: World) -> None:
    player = world.call('<DTMF async="false">1w2</DTMF><Message src="1" dst="2">Hi</Message>')
    assert last(player, "sent_digits") == {"digits": "1w2"}
    assert last(player, "messaged") == {"from": "1", "to": "2", "text": "Hi"}


def test_ssml_is_heard_as_text(world: World) -> None:
    player = world.call(
        '<Speak voice="Polly.Amy">The <sub alias="World Wide Web">WWW</sub><break/>is <s>here</s></Speak>'
    )
    assert heard(player) == ["The World Wide Web is here"]


def test_a_call_in_the_middle_survives_json(world: World) -> None:
    player = world.call(
        '<Record recordSession="true"/><Hangup schedule="90"/>'
        f'<PreAnswer><GetDigits action="{BASE}got"><Speak>Key?</Speak></GetDigits></PreAnswer>',
        got="<Speak>thanks</Speak>",
    )
    kept = json.dumps(player.to_json())
    again = Player.from_json(json.loads(kept), world.fetch, clock=world.clock)
    assert json.dumps(again.to_json()) == kept
    assert again.position == player.position
    again.press("7")
    assert heard(again) == ["Key?", "thanks"]
    assert again.ended
    assert json.dumps(Player.from_json(again.to_json(), world.fetch).to_json()) == json.dumps(again.to_json())
    assert not player.ended


def test_the_position_names_the_element_and_where_its_answer_goes(world: World) -> None:
    player = world.call(f'<Speak>x</Speak><GetInput action="{BASE}nodes/menu/input" inputType="dtmf"/>')
    assert player.position.to_json() == {
        "document_url": BASE + "answer",
        "path": [1],
        "element": "GetInput",
        "action": BASE + "nodes/menu/input",
    }


def test_nothing_can_be_done_with_a_call_that_is_over(world: World) -> None:
    player = world.call("")
    for act in (player.hang_up, player.stay_silent, lambda: player.press("1")):
        with pytest.raises(NotNow, match="over"):
            act()


# Failures (plivo-xml.md, 3.4).

XML = "application/xml"
BAD_XML = [
    FetchResult(200, XML, b""),
    FetchResult(200, "application/json", b"{}"),
    FetchResult(200, "text/html", b"<html></html>"),
    FetchResult(200, "", b"<Response/>"),
    FetchResult(200, XML, b"<Response>"),
    FetchResult(200, XML, b"<Answer/>"),
    FetchResult(200, XML, b"<Response><Say>x</Say></Response>"),
    FetchResult(200, XML, b"<Response><Dial><Number></Number></Dial></Response>"),
    FetchResult(200, XML, b"<!DOCTYPE r><Response/>"),
    FetchResult(200, XML, b"<Response><Speak>" + b"a" * 100_001 + b"</Speak></Response>"),
]
UNREACHED = [FetchResult(0), FetchResult(404, XML, b"<Response/>"), FetchResult(500), FetchResult(302)]


def menu(action: str = BASE + "got", more: str = "") -> str:
    asks = f'<GetInput action="{action}" inputType="dtmf" numDigits="1" {more}><Speak>?</Speak></GetInput>'
    return asks + "<Speak>after</Speak>"


@pytest.mark.parametrize("page", BAD_XML)
def test_a_body_that_is_no_document_ends_the_call_by_where_it_came_from(world: World, page: FetchResult) -> None:
    world.pages["answer"] = page
    player = Player(world.fetch, world.setup)
    player.begin()
    assert code(player) == 8011
    assert player.ending is not None
    assert player.ending.sentence
    player = world.call(menu(), got=page)
    player.press("1")
    assert code(player) == 8012
    assert code(world.call(f"<Redirect>{BASE}got</Redirect>", got=page)) == 8014


@pytest.mark.parametrize("page", UNREACHED)
def test_a_url_that_is_not_reached_ends_the_call_by_what_it_was(world: World, page: FetchResult) -> None:
    world.pages["answer"] = page
    player = Player(world.fetch, world.setup)
    player.begin()
    assert code(player) == 7011
    player = world.call(menu(), got=page)
    player.press("1")
    assert code(player) == 7012
    assert world.asked_for("hangup")[-1]["HangupCauseCode"] == "7012"
    assert code(world.call(f"<Redirect>{BASE}got</Redirect>", got=page)) == 7014


def test_text_xml_with_a_charset_and_any_2xx_is_a_document(world: World) -> None:
    world.pages["answer"] = FetchResult(201, "Text/XML; charset=utf-8", b"<Response/>")
    player = Player(world.fetch, world.setup)
    player.begin()
    assert code(player) == 4010


@pytest.mark.parametrize("page", [BAD_XML[0], UNREACHED[0], UNREACHED[2]])
def test_the_fallback_url_answers_where_the_answer_url_fails(page: FetchResult) -> None:
    world = World(fallback_url=BASE + "fallback", fallback_method="GET")
    world.pages |= {"answer": page, "fallback": "<Speak>sorry</Speak>"}
    player = Player(world.fetch, world.setup)
    player.begin()
    assert heard(player) == ["sorry"]
    assert world.asked[1][:2] == ("GET", "fallback")
    assert world.asked[1][2] == world.asked[0][2]


def test_where_the_fallback_fails_too_the_call_ends_for_the_first_reason() -> None:
    world = World(fallback_url=BASE + "fallback")
    world.pages |= {"answer": FetchResult(500), "fallback": FetchResult(200, XML, b"no")}
    player = Player(world.fetch, world.setup)
    player.begin()
    assert code(player) == 7011


def test_an_action_without_redirect_may_fail_and_the_call_goes_on(world: World) -> None:
    player = world.call(menu(more='redirect="false"'), got=FetchResult(500))
    player.press("1")
    assert heard(player) == ["?", "after"]
    assert len(world.asked_for("got")) == 1


@pytest.mark.parametrize("url", ["nodes/menu", "/nodes/menu", "ftp://a.test/x", "//a.test"])
def test_a_url_that_is_not_absolute_is_never_requested(world: World, url: str) -> None:
    player = world.call(menu(url))
    player.press("1")
    assert code(player) == 7022
    assert code(world.call(f"<Redirect>{url}</Redirect>")) == 7024


def test_another_method_than_get_and_post_ends_the_call(world: World) -> None:
    player = world.call(menu(more='method="PUT"'))
    player.press("1")
    assert code(player) == 7032
    assert code(world.call(f'<Redirect method="put">{BASE}x</Redirect>')) == 7034


def test_a_fault_that_does_not_stop_plivo_is_reported_and_the_call_goes_on(world: World) -> None:
    player = world.call('<Speak loop="many">x</Speak>')
    assert "loop" in last(player, "doubted")["sentence"]
    assert heard(player) == ["x"]


def test_a_loop_of_redirects_ends_with_a_clear_word(world: World) -> None:
    player = world.call(f"<Redirect>{BASE}answer</Redirect>")
    assert player.ending is not None
    assert "100 documents" in player.ending.sentence
    assert len(world.asked_for("answer")) == 100


def test_the_count_of_documents_begins_again_when_the_caller_acts(world: World) -> None:
    player = world.call(menu(BASE + "answer"))
    for _ in range(250):
        player.press("1")
    assert not player.ended

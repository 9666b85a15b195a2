"""Whatever the documents and whatever the caller does: a call waits or ends, and survives JSON."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flowbuilder.simulator.player import FetchResult, NotNow, Player
from flowbuilder.simulator.session import Session
from tests.simulator.world import BASE, World

PAGES = ["a", "b", "c"]
URL = st.sampled_from([BASE + page for page in PAGES])
FLAG = st.sampled_from(["true", "false"])
PROMPT = st.sampled_from(
    ["<Speak>x</Speak>", '<Speak loop="0">x</Speak>', "<Play>https://a.test/a.mp3</Play>", "<Wait/>"]
)
ELEMENT = st.one_of(
    PROMPT,
    st.builds(
        '<GetInput action="{}" inputType="{}" redirect="{}">{}</GetInput>'.format,
        URL,
        st.sampled_from(["dtmf", "speech", "dtmf speech"]),
        FLAG,
        PROMPT,
    ),
    st.builds('<GetDigits action="{}" numDigits="2" retries="2">{}</GetDigits>'.format, URL, PROMPT),
    st.builds('<PreAnswer>{}<GetDigits action="{}"/></PreAnswer>'.format, PROMPT, URL),
    st.builds('<Dial action="{}" redirect="{}" hangupOnStar="{}"><Number>1415</Number></Dial>'.format, URL, FLAG, FLAG),
    st.builds('<Record action="{}" recordSession="{}" redirect="{}"/>'.format, URL, FLAG, FLAG),
    st.builds('<Conference action="{}" hangupOnStar="{}">r</Conference>'.format, URL, FLAG),
    st.builds('<Stream keepCallAlive="{}">wss://a.test</Stream>'.format, FLAG),
    st.builds("<Redirect>{}</Redirect>".format, URL),
    st.just('<Hangup schedule="9"/>'),
    st.just("<Hangup/>"),
)
PAGE = st.lists(ELEMENT, max_size=4).map("".join)
WORLD = st.fixed_dictionaries({page: st.one_of(PAGE, st.just(FetchResult(500))) for page in PAGES})
COMMANDS = st.lists(
    st.sampled_from(["1", "12#", "#", "*", "", "hello", "busy", "completed 5", "9 s", "leave", "hang up"]), max_size=12
)


@settings(max_examples=150, deadline=None)
@given(WORLD, COMMANDS)
def test_a_call_waits_or_ends_and_goes_on_alike_from_json(
    pages: dict[str, str | FetchResult], commands: list[str]
) -> None:
    world = World(answer_url=BASE + "a")
    world.pages = pages
    session = Session(Player(world.fetch, world.setup, clock=lambda: 0.0))
    session.begin()
    for command in commands:
        kept = json.loads(json.dumps(session.player.to_json()))
        again = Session(Player.from_json(kept, world.fetch, clock=lambda: 0.0))
        for one in (session, again):
            try:
                one.act(command)
            except NotNow as refusal:
                assert str(refusal)  # noqa: PT017
        assert again.player.to_json() == session.player.to_json()
        assert (session.player.awaiting is None) == session.player.ended
        assert session.choices() or session.player.ended
    assert len(session.lines()) == len(session.player.events)

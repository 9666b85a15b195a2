"""What is offered to put a problem right: it does, in one edit that can be undone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flowbuilder.checks import find_problems
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.fixes import fixes_of
from tests.web.pages import read_page

MENU = {"prompts": [{"speak": "Press 1."}], "choices": [{"exit": "one", "digits": "1"}]}


def flow_of(entry: str | None = "menu", **nodes: Node) -> Flow:
    return Flow(name="Shop", entry=entry, nodes=nodes)


def node(type_: str, settings: dict[str, Any] | None = None, **exits: str) -> Node:
    return Node(type_, settings or {}, exits, (0, 0))


def fixes(flow: Flow, code: str) -> list[Any]:
    problems = find_problems(flow)
    return [fix for problem, fix in zip(problems, fixes_of(flow, problems), strict=True) if problem.code == code]


LONG = node("speak", {"text": "word " * 700})
TWO_KEYS = {**MENU, "choices": [{"exit": "one", "digits": "1"}, {"exit": "two", "digits": "1"}]}
RINGS = node("dial", {"to": [{"number": "+14155550142"}, {"number": "(415) 555-0143"}]}, otherwise="end")
HANG = node("hangup")
BERLIN = {"to": [{"user": "sip:amt@phone.plivo.com"}], "caller_id": "030 123456"}
BROKEN = {
    "no_input goes where no_match goes": (
        flow_of(menu=node("get_input", MENU, no_match="desk"), desk=node("hangup"), end=node("hangup")),
        "no-input-unhandled",
        "connect no input to desk",
    ),
    "no_input goes to the only end": (
        flow_of(menu=node("get_input", MENU, one="end"), end=node("hangup")),
        "no-input-unhandled",
        "connect no input to end",
    ),
    "no_input goes to the goodbye rather than straight to the end": (
        flow_of(
            menu=node("get_input", MENU, one="bye"), bye=node("speak", {"text": "Bye."}, next="end"), end=node("hangup")
        ),
        "no-input-unhandled",
        "connect no input to bye",
    ),
    "no_input goes to an end of its own where there are several": (
        flow_of(menu=node("get_input", MENU, one="a", no_match="menu"), a=node("hangup"), b=node("hangup")),
        "no-input-unhandled",
        "add a hang up for no input",
    ),
    "one step is apart, and one exit leads nowhere": (
        flow_of("hello", hello=node("speak", {"text": "Hi."}), lost=HANG),
        "unreachable-node",
        "connect next of hello to lost",
    ),
    "one exit leads nowhere, and one step is apart": (
        flow_of("hello", hello=node("speak", {"text": "Hi."}), lost=HANG),
        "ends-here",
        "connect next of hello to lost",
    ),
    "a number above its range": (
        flow_of("hello", hello=node("speak", {"text": "Hi.", "loop": 900}, next="end"), end=HANG),
        "bad-setting",
        "set Say it to 100 times",
    ),
    "a number below its range": (
        flow_of(menu=node("get_input", {**MENU, "execution_timeout": 1}, no_input="end"), end=HANG),
        "bad-setting",
        "set Wait for input to 5 s",
    ),
    "a number without the country code that all others have": (
        flow_of("ring", ring=RINGS, end=HANG),
        "bad-setting",
        "write +14155550143",
    ),
    "a caller ID without the country code of the flow's language": (
        Flow("Amt", "ring", {"ring": node("dial", BERLIN)}, {"language": "de-DE"}),
        "bad-setting",
        "write +4930123456",
    ),
    "a voice that does not speak the language": (
        flow_of("hello", hello=node("speak", {"text": "Ciao.", "voice": "Polly.Amy", "language": "is-IS"})),
        "bad-setting",
        "speak with Polly.Dora",
    ),
    "two choices on one key": (
        flow_of(menu=node("get_input", TWO_KEYS, no_input="end"), end=HANG),
        "duplicate-choice",
        "give two the key 2",
    ),
    "nobody gets there": (
        flow_of("end", end=node("hangup"), lost=node("hangup")),
        "unreachable-node",
        "delete lost",
    ),
    "an exit that is none": (
        flow_of("hello", hello=node("speak", {"text": "Hi."}, sideways="hello")),
        "unknown-exit",
        "disconnect sideways",
    ),
    "a link to nowhere": (
        flow_of("hello", hello=node("speak", {"text": "Hi."}, next="gone")),
        "unknown-node",
        "disconnect next",
    ),
    "messages begin nowhere": (
        Flow("Shop", "end", {"end": node("hangup")}, {"message_entry": "gone"}),
        "unknown-node",
        "let no text message start",
    ),
    "no beginning": (
        flow_of(None, end=node("hangup"), hello=node("speak", {"text": "Hi."}, next="end")),
        "no-entry",
        "start the call at hello",
    ),
    "a text that is too long": (flow_of("long", long=LONG), "bad-setting", "shorten to 3,000 characters"),
    "a prompt that is too long": (
        flow_of(menu=node("get_input", {**MENU, "prompts": [{"wait": 1}, {"speak": "{{ vars.a }} b " * 400}]})),
        "bad-setting",
        "shorten to 3,000 characters",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_fix_puts_the_problem_right(case: str) -> None:
    flow, code, words = BROKEN[case]
    (fix,) = fixes(flow, code)
    assert fix.words == words
    fixed, _ = apply_edit(flow, fix.edit)
    assert code not in [problem.code for problem in find_problems(fixed)]


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (flow_of("a", a=node("dial", {"to": [{"number": "(415) 555-0143"}]})), "bad-setting"),
        (flow_of("a", a=node("speak", {"text": "a"}), b=HANG, c=HANG), "ends-here"),
        (flow_of(None, a=node("hangup"), b=node("hangup")), "no-entry"),
        (flow_of(None, a=node("speak", {"text": "a"}, next="b"), b=node("speak", {"text": "b"}, next="a")), "no-entry"),
        (flow_of("a", a=node("speak", {"text": f"<prosody>{'a' * 3000}</prosody>"})), "bad-setting"),
        (flow_of("a", a=node("speak", {"loop": "many", "text": "a"})), "bad-setting"),
        (flow_of("a", a=node("speak", {"text": "a"})), "ends-here"),
    ],
)  # fmt: skip
def test_nothing_is_offered_where_an_author_has_to_choose(flow: Flow, code: str) -> None:
    found = fixes(flow, code)
    assert found
    assert not any(found)


def test_a_chain_of_steps_that_no_call_gets_to_is_joined_at_its_head() -> None:
    lost = node("speak", {"text": "Lost."}, next="end")
    flow = flow_of("hello", hello=node("speak", {"text": "Hi."}), end=HANG, lost=lost)
    found = fixes(flow, "unreachable-node")
    assert [fix.words for fix in found] == ["connect next of hello to lost"] * 2
    fixed, _ = apply_edit(flow, found[0].edit)
    assert find_problems(fixed) == []


def test_an_end_of_its_own_covers_no_other_step() -> None:
    flow = flow_of(menu=node("get_input", MENU, one="a"), a=Node("hangup", {}, {}, (310, 20)), b=HANG)
    (fix,) = fixes(flow, "no-input-unhandled")
    fixed, _ = apply_edit(flow, fix.edit)
    (new,) = fixed.nodes.keys() - flow.nodes.keys()
    assert fixed.nodes["menu"].exits["no_input"] == new
    x, y = fixed.nodes[new].position
    assert x > 0
    assert y - 20 >= 100


def test_a_text_is_cut_behind_a_word_and_outside_of_expressions() -> None:
    for text in ("word " * 700, "x" * 2990 + " {{ vars.owner }} and more", "x" * 2999 + "{{ a }}", "x" * 4000):
        (fix,) = fixes(flow_of("a", a=node("speak", {"text": text})), "bad-setting")
        cut = fix.edit["settings"]["text"]
        assert 2980 < len(cut) <= 3000
        assert text.startswith(cut)
        assert "{" not in cut
        assert not cut.endswith(" wor")


def test_the_page_offers_the_fix_and_posting_it_can_be_undone(browser: Any, parts: Any) -> None:
    flow = flow_of(menu=node("get_input", MENU, one="end"), end=node("hangup"))
    flow_id = parts.store.flows.create(flow).id
    page = read_page(browser.get(f"/flows/{flow_id}/edit"))
    (button,) = page.xpath("//*[@data-fix]")
    assert button.text_content() == "Fix menu: connect no input to end"
    data = {"edit": button.get("data-fix"), "revision": 1}
    answer = browser.post(f"/flows/{flow_id}/edits", data=data)
    assert answer.status_code == 200
    assert "data-fix" not in answer.text
    assert parts.store.flows.load(flow_id).nodes["menu"].exits == {"one": "end", "no_input": "end"}
    browser.post(f"/flows/{flow_id}/undo", data={"revision": 2})
    assert parts.store.flows.load(flow_id) == flow


def test_the_offer_follows_an_edit_that_leaves_the_problem_as_it_was(browser: Any, parts: Any) -> None:
    flow = flow_of(menu=node("get_input", MENU, one="a", no_match="a"), a=node("hangup"), b=node("hangup"))
    flow_id = parts.store.flows.create(flow).id
    edit = {"op": "connect", "node": "menu", "exit": "no_match", "to": "b"}
    answer = browser.post(f"/flows/{flow_id}/edits", data={"edit": json.dumps(edit), "revision": 1})
    assert "connect no input to b" in answer.text

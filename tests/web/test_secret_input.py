"""What a caller enters in secret stands nowhere in the clear: not in the store while the call lives, nor after it."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from lxml import etree

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.runtime import Call
from flowbuilder.runtime.hiding import DOTS
from flowbuilder.web.call_keeping import (
    SealedElsewhere,
    answer_in,
    call_in,
    call_to_look_at,
    kept_answer,
    kept_state,
    without_secrets,
)
from flowbuilder.web.seal import Seal

PIN = "483920"


def flow(**question):
    settings = {"prompts": [{"speak": "Your PIN?"}], "num_digits": 6, **question}
    again = {"prompts": [{"speak": "Is {{ ask.digits }} right?"}], "num_digits": 1}
    return Flow.from_json(
        {
            "format": "flowbuilder/1",
            "name": "Bank",
            "entry": "ask",
            "nodes": {
                "ask": {"type": "get_input", "settings": settings, "exits": {"input": "keep"}},
                "keep": {
                    "type": "set",
                    "settings": {"variables": {"pin": "ask.digits"}},
                    "exits": {"next": "back"},
                },
                "back": {"type": "get_input", "settings": again, "exits": {"input": "done"}},
                "done": {"type": "speak", "settings": {"text": "{{ vars.pin }} it is."}, "exits": {}},
            },
        }
    )


@pytest.fixture(params=[{"secret": True}, {"log": False}], ids=["secret", "not logged"])
def base(parts, request):
    made = flow(**request.param)
    row = parts.store.flows.create(made)
    number = parts.store.versions.add(row.id, row.revision, made, json.dumps(compile_flow(made).to_json()))
    return f"/v1/flows/{row.id}/{number}"


def action(answer):
    return etree.fromstring(answer.data).find("GetInput").get("action")


def everything_kept(parts):
    """Every value in every table, as text."""
    database = parts.store.calls._database
    with database.read() as connection:
        tables = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [row for table in tables for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))]
    values = (value for row in rows for value in row)
    return " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values)


def test_a_secret_is_spoken_back_and_stands_nowhere_in_the_store(plivo, base, parts, caplog):
    question = plivo.ask(f"{base}/nodes/ask")
    heard = plivo.ask(action(question), Digits=PIN, InputType="dtmf")
    assert PIN in heard.text
    assert PIN not in everything_kept(parts)
    assert plivo.ask(action(question), Digits=PIN, InputType="dtmf").data == heard.data
    done = plivo.ask(action(heard), Digits="1", InputType="dtmf")
    assert f"{PIN} it is." in done.text
    assert PIN not in everything_kept(parts)
    assert PIN not in caplog.text
    flow_id, version = base.split("/")[3:]
    assert (flow_id, version) in parts.store.calls.versions_in_use()


def test_once_the_call_is_over_dots_take_its_place(plivo, base, parts):
    question = plivo.ask(f"{base}/nodes/ask")
    plivo.ask(action(question), Digits=PIN, InputType="dtmf")
    plivo.ask(f"{base}/hangup", CallStatus="completed", HangupCauseName="Normal Hangup", Duration="12")
    row = parts.store.calls.load("call-1")
    left = Call.from_json(json.loads(row.state))
    assert left.outputs["ask"]["digits"] == DOTS
    assert left.variables["pin"] == DOTS
    assert left.secrets == []
    assert row.last_answer == b""
    assert row.status == "completed"
    assert PIN not in everything_kept(parts)


def test_a_webhook_that_comes_late_finds_the_dots(plivo, base, parts):
    question = plivo.ask(f"{base}/nodes/ask")
    back = plivo.ask(action(question), Digits=PIN, InputType="dtmf")
    plivo.ask(f"{base}/hangup", CallStatus="completed", HangupCauseName="Normal Hangup", Duration="12")
    assert f"{DOTS} it is." in plivo.ask(action(back), Digits="1", InputType="dtmf").text


def test_what_is_no_secret_is_kept_as_it_is():
    seal, call = Seal([Fernet.generate_key()]), Call({"uuid": "u"}, outputs={"ask": {"digits": PIN}})
    state = kept_state(call, seal)
    assert json.loads(state) == call.to_json()
    assert call_in(state, seal) == call
    assert answer_in(kept_answer(b"<Response/>", call, seal), seal) == b"<Response/>"
    assert without_secrets(state, seal) is None
    assert without_secrets("", seal) is None


def test_another_key_opens_nothing_and_the_end_of_the_call_leaves_nothing():
    seal, other = Seal([Fernet.generate_key()]), Seal([Fernet.generate_key()])
    call = Call({"uuid": "u"}, outputs={"ask": {"digits": PIN}}, secrets=[PIN])
    state, answer = kept_state(call, seal), kept_answer(f"<Speak>{PIN}</Speak>".encode(), call, seal)
    assert PIN not in state
    assert PIN.encode() not in answer
    with pytest.raises(SealedElsewhere, match="FLOWBUILDER_SECRET_KEY"):
        call_in(state, other)
    with pytest.raises(SealedElsewhere):
        answer_in(answer, other)
    assert call_to_look_at(state, other) is None
    assert call_to_look_at(state, seal) == call
    assert without_secrets(state, other) == ""

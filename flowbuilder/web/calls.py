"""The calls of a flow: which came lately, and what happened in each, as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template

from flowbuilder.errors import NotFound
from flowbuilder.runtime.hiding import DOTS
from flowbuilder.web import current
from flowbuilder.web.wording import as_utc, clock, plural

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.store import CallRow

calls = Blueprint("calls", __name__)

MOST_SHOWN = 100
# What the sentence and the line around it say already.
TOLD = frozenset({"kind", "node", "at", "turn", "exit", "nodes", "bytes", "error", "secret", "waited", "asked_again"})

# What a caller enters: dots where an event is secret.
ENTERED = ("digits", "speech")


@dataclass(frozen=True)
class TraceLine:
    """One recorded event: how long after the start, the node it is about, a sentence, and details as (name, value)."""

    after: str
    node: str | None
    sentence: str
    details: list[tuple[str, str]]


@calls.get("/flows/<flow_id>/calls")
def page(flow_id: str) -> ResponseReturnValue:
    fb = current()
    row = fb.store.flows.get(flow_id)
    recent = fb.store.calls.recent(flow_id, MOST_SHOWN)
    return render_template("calls/page.html", row=row, recent=recent, length=length_of, now=fb.clock())


@calls.get("/flows/<flow_id>/calls/<uuid>")
def call(flow_id: str, uuid: str) -> ResponseReturnValue:
    """One call with its trace."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    found = fb.store.calls.find(uuid)
    if found is None or found.flow_id != flow_id:
        raise NotFound("This flow has had no such call.")
    trace = [trace_line(event, found.started_at) for event in fb.store.calls.events(uuid)]
    return render_template("calls/call.html", row=row, call=found, trace=trace, length=length_of(found), now=fb.clock())


def length_of(call: CallRow) -> str:
    """How long the call took, as a phone shows it; empty while it goes on."""
    if call.started_at is None or call.ended_at is None:
        return ""
    return clock((as_utc(call.ended_at) - as_utc(call.started_at)).total_seconds())


def trace_line(event: dict[str, Any], started_at: datetime | None = None) -> TraceLine:
    """A recorded event in words. An event of a kind that came later is shown with what it holds."""
    kind, node = str(event.get("kind", "")), event.get("node")
    rest = {name: value for name, value in event.items() if name not in TOLD}
    inner = {name: value for name, value in (rest.pop("outputs", None) or {}).items() if name != "exit"}
    if event.get("secret"):
        inner |= {name: DOTS for name in ENTERED if inner.get(name)}
    inner.update({f"vars.{name}": value for name, value in (rest.pop("variables", None) or {}).items()})
    details = [(name, _shown(value)) for name, value in [*inner.items(), *rest.items()] if value not in ("", None)]
    after = _after(event.get("at"), started_at)
    return TraceLine(after, str(node) if node else None, _sentence(kind, event), details)


def _after(at: object, started_at: datetime | None) -> str:
    """How long after the start of the call, as a phone shows it; empty where the time is not known."""
    if not isinstance(at, str) or started_at is None:
        return ""
    return clock((datetime.fromisoformat(at) - as_utc(started_at)).total_seconds())


def _sentence(kind: str, event: dict[str, Any]) -> str:
    exit = str(event.get("exit") or "").replace("_", " ")
    if kind == "took":
        return f"left by “{exit}”" if exit else "is asked again"
    if kind == "decided":
        return f"decided: “{exit}”"
    if kind == "waiting":
        return f"waits for the answer, {plural(int(event.get('waited') or 0), 'second')} so far"
    if kind == "lost_answer":
        asked_again = "the address is asked again" if event.get("asked_again") else "it counts as failed"
        return f"the answer went to a server process that is gone; {asked_again}"
    if kind == "served":
        nodes = [str(name) for name in event.get("nodes") or []]
        size = plural(int(event.get("bytes") or 0), "byte")
        return f"Sent {', '.join(nodes)} ({size})" if nodes else f"Sent an empty document: the call ends ({size})"
    if event.get("error"):
        return f"{kind.replace('_', ' ').capitalize()}: {event['error']}"
    return kind.replace("_", " ").capitalize() or "Something happened"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(inner)}" for name, inner in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)

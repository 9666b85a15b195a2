"""The phone's text messages: written to the draft or to a live number, through the real message webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for

from flowbuilder.checks import find_problems
from flowbuilder.errors import FlowbuilderError
from flowbuilder.web import current
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.phone import draft_base, phone_numbers, read_number, why_blocked
from flowbuilder.web.phone_log import Line
from flowbuilder.web.wording import phone_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.model import Flow
    from flowbuilder.web import Flowbuilder

texting = Blueprint("texting", __name__)

MOST_LETTERS = 1_600
NO_ENTRY = "This flow answers no text messages: it names no node at which they start."


@texting.get("/flows/<flow_id>/phone/text")
def panel(flow_id: str) -> ResponseReturnValue:
    """The text messages: a partial for the editor's column, a page of its own for everybody else."""
    return _show(current(), flow_id)


@texting.post("/flows/<flow_id>/phone/text")
def send(flow_id: str) -> ResponseReturnValue:
    """Writes to the draft, or to a live number, and shows what comes back."""
    fb = current()
    doubts: Sequence[str] = ()
    try:
        writer = read_number(request.form.get("from", ""), "The number you write as")
        written_to = read_number(request.form.get("to", ""), "The number written to")
        session["phone_from"], session["phone_last"] = writer, [flow_id, written_to, request.form.get("what", "")]
        doubts = _deliver(fb, flow_id, writer, written_to, _text()).doubts
    except FlowbuilderError as refusal:
        return _show(fb, flow_id, refusal=str(refusal), status=422)
    return _show(fb, flow_id, doubts)


def _deliver(fb: Flowbuilder, flow_id: str, writer: str, written_to: str, text: str) -> Any:
    messages = fb.switchboard.messages
    if request.form.get("what") == "live":
        return messages.deliver(written_to, writer, text)
    revision = fb.store.flows.get(flow_id).revision
    unanswered = why_unanswered(fb.store.flows.load(flow_id, revision))
    if unanswered:
        raise FlowbuilderError(unanswered)
    return messages.deliver_to_url(f"{draft_base(fb, flow_id, revision)}/message", written_to, writer, text)


def why_unanswered(flow: Flow) -> str:
    """Why the flow cannot answer a text message, in a sentence; empty where it can."""
    if not flow.extras.get("message_entry"):
        return NO_ENTRY
    return why_blocked([problem for problem in find_problems(flow) if problem.blocks])


def _text() -> str:
    text = request.form.get("text", "").strip()
    if not text:
        raise FlowbuilderError("Write something first.")
    if len(text) > MOST_LETTERS:
        raise FlowbuilderError(f"A text message has at most {MOST_LETTERS:,} letters.")
    return text


def _show(
    fb: Flowbuilder, flow_id: str, doubts: Sequence[str] = (), refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    if request.method == "POST" and "HX-Request" not in request.headers and not refusal and not doubts:
        return redirect(url_for("texting.panel", flow_id=flow_id), 303)
    row = fb.store.flows.get(flow_id)
    deployment = deployment_of(fb, flow_id)
    published = [entry["number"] for entry in deployment.numbers] if deployment and fb.settings.uses_sandbox else []
    numbers = phone_numbers(flow_id, published)
    page = render_template(
        "phone/_text_panel.html" if "HX-Request" in request.headers else "phone/text_page.html",
        row=row,
        lines=[*_lines(fb, numbers.caller, numbers.called), *(Line("fact bad", doubt) for doubt in doubts)],
        refusal=refusal,
        unanswered=why_unanswered(fb.store.flows.load(flow_id, row.revision)),
        numbers=numbers,
        live_version=deployment.version if deployment else None,
    )
    return make_response(page, status)


def _lines(fb: Flowbuilder, writer: str, written_to: str) -> list[Line]:
    """What the two numbers have written to each other, what the flow sends to others, and nothing else."""
    mine = writer.lstrip("+")
    lines = []
    for message in fb.switchboard.messages.around(written_to):
        if message["from_number"] == mine:
            lines.append(Line("me", message["text"]))
        elif message["to_number"] == mine:
            lines.append(Line("heard", message["text"]))
        elif message["message_direction"] == "outbound":
            lines.append(Line("fact", f"To {phone_number('+' + message['to_number'])}: {message['text']}"))
    return lines

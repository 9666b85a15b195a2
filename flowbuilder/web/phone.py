"""The phone: calls the draft, or a number of the sandbox, through the real webhooks, and plays the caller."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for

from flowbuilder.errors import FlowbuilderError, FlowHasErrors, NotFound
from flowbuilder.web import current
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.flow_uses import all_problems
from flowbuilder.web.phone_view import IDLE, MESSAGE_SECONDS, PhoneView, phone_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from flowbuilder.web import Flowbuilder

phone = Blueprint("phone", __name__)

CALLER = "+12025550123"
DRAFT_NUMBER = "+14155550100"
NUMBER = re.compile(r"\+?[0-9]{3,15}")
CALL_OVER = "That call is over, or the server has been started anew since. Call again."


@dataclass(frozen=True)
class PhoneNumbers:
    """Who calls whom. `published` are the sandbox numbers that the flow is live on."""

    caller: str
    called: str
    calls_live: bool
    published: Sequence[str]


@phone.get("/flows/<flow_id>/phone")
def panel(flow_id: str) -> ResponseReturnValue:
    """The phone: a partial for the editor's column, a page of its own for everybody else."""
    fb = current()
    live = _going_on(fb, flow_id)
    return _show(fb, flow_id, phone_view(fb.store, fb.seal, live.player) if live else IDLE)


@phone.post("/flows/<flow_id>/phone")
def dial(flow_id: str) -> ResponseReturnValue:
    """Places a call, to the draft or to a number, and plays it until the caller has to do something."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    try:
        caller = read_number(request.form.get("from", ""), "The number you call as")
        called = read_number(request.form.get("to", ""), "The number called")
        session["phone_from"], session["phone_last"] = caller, [flow_id, called, request.form.get("what", "")]
        if request.form.get("what") == "live":
            live = fb.switchboard.dial(called, caller)
        else:
            live = _dial_draft(fb, flow_id, row.revision, caller, called)
    except FlowHasErrors:
        return _show(fb, flow_id, IDLE, status=422)
    except FlowbuilderError as refusal:
        return _show(fb, flow_id, IDLE, refusal=str(refusal), status=422)
    session["phone_call"] = [flow_id, live.uuid]
    return _show(fb, flow_id, phone_view(fb.store, fb.seal, live.player))


@phone.post("/flows/<flow_id>/phone/<key>")
def act(flow_id: str, key: str) -> ResponseReturnValue:
    """What the caller, or the far side, does now."""
    fb = current()
    live = fb.switchboard.get(key)
    if live is None:
        return _show(fb, flow_id, IDLE, refusal=CALL_OVER)
    refusal = ""
    try:
        _act(live, request.form.get("do", ""))
    except FlowbuilderError as error:
        refusal = str(error)
    return _show(fb, flow_id, phone_view(fb.store, fb.seal, live.player), refusal=refusal)


def _act(live: Any, what: str) -> None:
    form = request.form
    actions: dict[str, tuple[object, ...]] = {
        "press": ("press", form.get("digits", "")),
        "star": ("press", "*"),
        "say": ("say", form.get("text", "")),
        "silence": ("stay_silent",),
        "dial_ends": ("dial_ends", form.get("result", "")),
        "record_ends": ("record_ends", _seconds(), form.get("result", "").replace("silence", "")),
        "leave": ("leave",),
        "hang_up": ("hang_up",),
    }
    if what not in actions:
        raise NotFound("The phone has no such button.")
    live.act(*actions[what])


def _dial_draft(fb: Flowbuilder, flow_id: str, revision: int, caller: str, called: str) -> Any:
    """Calls the draft as it stands. Its URLs name the revision, so a call keeps it while the author edits on."""
    flow = fb.store.flows.load(flow_id, revision)
    errors = [problem for problem in all_problems(fb, flow_id, flow) if problem.blocks]
    if errors:
        raise FlowHasErrors(errors)
    base = draft_base(fb, flow_id, revision)
    return fb.switchboard.dial_application(
        f"{base}/nodes/{flow.entry}", f"{base}/fallback", f"{base}/hangup", caller, called
    )


def draft_base(fb: Flowbuilder, flow_id: str, revision: int) -> str:
    """The URL under which one revision of the draft answers the sandbox."""
    return f"{fb.public_url or request.url_root.rstrip('/')}/v1/flows/{flow_id}/draft-{revision}"


def _show(fb: Flowbuilder, flow_id: str, view: PhoneView, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    if request.method == "POST" and "HX-Request" not in request.headers and not refusal and status == 200:
        return redirect(url_for("phone.panel", flow_id=flow_id), 303)
    row = fb.store.flows.get(flow_id)
    deployment = deployment_of(fb, flow_id)
    published = [entry["number"] for entry in deployment.numbers] if deployment and fb.settings.uses_sandbox else []
    draft = fb.store.flows.load(flow_id, row.revision)
    errors = [problem for problem in all_problems(fb, flow_id, draft) if problem.blocks]
    page = render_template(
        "phone/_panel.html" if "HX-Request" in request.headers else "phone/page.html",
        row=row,
        phone=view,
        refusal=refusal,
        blocked=why_blocked(errors),
        numbers=phone_numbers(flow_id, published),
        live_version=deployment.version if deployment else None,
    )
    return make_response(page, status)


def phone_numbers(flow_id: str, published: Sequence[str]) -> PhoneNumbers:
    """What the fields hold before a call: what was asked for, else what was called last in this flow."""
    asked = request.args.get("number", "")
    last_flow, used, what = session.get("phone_last") or ("", "", "")
    if last_flow != flow_id:
        used = what = ""
    what = request.form.get("what", what)
    return PhoneNumbers(
        caller=request.form.get("from") or session.get("phone_from", CALLER),
        called=request.form.get("to") or asked or used or (published[0] if published else DRAFT_NUMBER),
        calls_live=bool(published) and (bool(asked) or what == "live"),
        published=published,
    )


def why_blocked(errors: Sequence[Any]) -> str:
    """Why the draft cannot be called, in a sentence; empty where it can."""
    if not errors:
        return ""
    where = f"{errors[0].node}: " if errors[0].node else ""
    more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    return f"{where}{errors[0].message}{more}"


def _going_on(fb: Flowbuilder, flow_id: str) -> Any:
    """The call to this flow that this browser has not ended, if there is one."""
    known = session.get("phone_call")
    if not known or known[0] != flow_id:
        return None
    live = fb.switchboard.get(known[1])
    return live if live and (not live.is_over or "number" not in request.args) else None


def read_number(text: str, what: str) -> str:
    """A number somebody typed, in E.164; `what` names it in the refusal (FlowbuilderError)."""
    number = re.sub(r"[\s().\-/]", "", text)
    if not NUMBER.fullmatch(number):
        raise FlowbuilderError(f"{what} has to be like +12025550123: country code first, digits only.")
    return number if number.startswith("+") else f"+{number}"


def _seconds() -> int:
    text = request.form.get("seconds", "")
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else MESSAGE_SECONDS

"""The publish screen: what stops it, which numbers, what will change, and each step as it is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for

from flowbuilder.errors import FlowbuilderError, FlowHasErrors, NotFound
from flowbuilder.publishing.desired import check_public_url
from flowbuilder.store import PRODUCTION
from flowbuilder.web import current
from flowbuilder.web.carrying_out import refuse_while_busy
from flowbuilder.web.going_live import candidate_for, gate_of
from flowbuilder.web.number_choices import choices_for
from flowbuilder.web.people import author
from flowbuilder.web.publish_runs import Run, Runs
from flowbuilder.web.publishing_steps import Target, prepare, prepare_unpublish, publish, rollback, unpublish
from flowbuilder.web.states import state_of
from flowbuilder.web.wording import phone_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.carrying_out import Event

publishing = Blueprint("publishing", __name__)

E164_IN_TEXT = re.compile(r"\+[0-9]{5,15}\b")
LONGEST_NOTE = 200
SECONDS_BETWEEN_SIGNS = 15.0

RUNS = Runs()


@publishing.app_template_filter()
def spaced(sentence: str) -> str:
    """A sentence with its phone numbers as people write them."""
    return E164_IN_TEXT.sub(lambda found: phone_number(found[0]), sentence)


@publishing.get("/flows/<flow_id>/publish")
def page(flow_id: str) -> ResponseReturnValue:
    return show(flow_id, _deployment(), request.args.get("version", type=int), search=request.args.get("search", ""))


def show(
    flow_id: str,
    deployment: str,
    version: int | None = None,
    *,
    search: str = "",
    refusal: str = "",
    typed_note: str = "",
) -> str:
    """The page; `version` goes live in the place of the drawing. `refusal` says why a review was not what was asked."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    gate = gate_of(fb, row)
    candidate = candidate_for(fb, row, deployment, version, gate)
    account = fb.accounts.of(flow_id, deployment)
    choices, choices_refusal = choices_for(fb, flow_id, deployment, search)
    target = Target(
        deployment,
        [number.number for number in choices.numbers if number.chosen],
        [endpoint.endpoint_id for endpoint in choices.endpoints if endpoint.chosen],
        release_others=True,
        version=version,
    )
    return render_template(
        "publishing/page.html",
        row=row,
        state=state_of(fb, row, deployment),
        deployment=deployment,
        deployments=fb.store.deployment_settings.list(flow_id),
        gate=gate,
        candidate=candidate,
        errors=[problem for problem in candidate.problems if problem.blocks],
        warnings=[problem for problem in candidate.problems if problem.severity == "warning"],
        choices=choices,
        choices_refusal=choices_refusal,
        address_refusal=_address_refusal(fb, account.auth_id),
        public_url=fb.public_url,
        account=fb.accounts.view(account.auth_id),
        me=author(),
        refusal=refusal,
        typed_note=typed_note,
        now=fb.clock(),
        **_plan(fb, flow_id, target),
    )


@publishing.get("/flows/<flow_id>/publish/plan")
def plan(flow_id: str) -> ResponseReturnValue:
    """The plan for the numbers ticked, as a partial."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    return render_template("publishing/_plan.html", row=row, deployment=_deployment(), **_plan(fb, flow_id, _target()))


@publishing.post("/flows/<flow_id>/publish")
def start(flow_id: str) -> ResponseReturnValue:
    """Does the plan that was shown; answers with the run as far as it has come."""
    events = publish(
        current(),
        flow_id,
        _target(),
        fingerprint=request.form.get("plan", ""),
        author=author(),
        note=" ".join(request.form.get("note", "").split())[:LONGEST_NOTE],
    )
    return _start(flow_id, "publish", events)


@publishing.post("/flows/<flow_id>/rollback")
def start_rollback(flow_id: str) -> ResponseReturnValue:
    """Lets another version answer where the flow is live, with one request."""
    version = request.form.get("version", 0, type=int)
    return _start(flow_id, "rollback", rollback(current(), flow_id, version, _deployment(), author()))


@publishing.get("/flows/<flow_id>/unpublish")
def ask_unpublish(flow_id: str) -> ResponseReturnValue:
    """What unpublishing would give back, before it is done."""
    fb, deployment = current(), _deployment()
    known, plan = prepare_unpublish(fb, flow_id, deployment)
    row = fb.store.flows.get(flow_id)
    return render_template("publishing/unpublish.html", row=row, known=known, plan=plan, deployment=deployment)


@publishing.post("/flows/<flow_id>/unpublish")
def start_unpublish(flow_id: str) -> ResponseReturnValue:
    return _start(flow_id, "unpublish", unpublish(current(), flow_id, _deployment(), author()))


@publishing.get("/flows/<flow_id>/publish/runs/<key>")
def run(flow_id: str, key: str) -> ResponseReturnValue:
    """The run as far as it has come: a partial for the page that waits for it, a page for whoever comes back."""
    return _show_run(_run(flow_id, key))


@publishing.get("/flows/<flow_id>/publish/runs/<key>/stream")
def stream(flow_id: str, key: str) -> ResponseReturnValue:
    """The run as server-sent events: the partial anew with every step, until its end."""
    found = _run(flow_id, key)

    def messages() -> Iterator[str]:
        seen: tuple[int, bool] | None = None
        while seen is None or not seen[1]:
            progress = found.wait(seen, SECONDS_BETWEEN_SIGNS)
            if progress == seen:
                yield ": still at it\n\n"
                continue
            seen = progress
            html = _rendered("publishing/_message.html", found)
            yield "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream_with_context(messages()), mimetype="text/event-stream", headers=headers)


def _run(flow_id: str, key: str) -> Run:
    found = RUNS.get(flow_id, key)
    if found is None:
        raise NotFound(
            "What was published is not kept here any more. The page Record tells what was done, and by whom."
        )
    return found


def _start(flow_id: str, kind: str, events: Iterator[Event]) -> ResponseReturnValue:
    deployment = _deployment()
    refuse_while_busy(current(), flow_id, deployment)
    found = RUNS.start(flow_id, kind, events, deployment)
    if "HX-Request" in request.headers:
        return _show_run(found)
    return redirect(url_for("publishing.run", flow_id=found.flow_id, key=found.key), 303)


def _show_run(found: Run) -> ResponseReturnValue:
    return _rendered("publishing/_frame.html" if "HX-Request" in request.headers else "publishing/run.html", found)


def _rendered(template: str, found: Run) -> str:
    fb = current()
    account = fb.accounts.of(found.flow_id, found.deployment)
    return render_template(
        template,
        row=fb.store.flows.get(found.flow_id),
        run=found,
        events=list(found.events),
        is_over=found.is_over,
        uses_sandbox=fb.accounts.is_sandbox(account.auth_id),
    )


def _deployment() -> str:
    return request.values.get("deployment", "") or PRODUCTION


def _target() -> Target:
    """What the form asks for."""
    numbers, endpoints = ([one for one in request.values.getlist(name) if one] for name in ("number", "endpoint"))
    version = request.values.get("version", type=int)
    return Target(_deployment(), numbers, endpoints, release_others=True, version=version)


def _plan(fb: Flowbuilder, flow_id: str, target: Target) -> dict[str, object]:
    """What _plan.html shows: the plan, or the sentence that says why there is none."""
    shown: dict[str, object] = {"prepared": None, "plan_refusal": "", "target": target}
    try:
        shown["prepared"] = prepare(fb, flow_id, target)
    except FlowHasErrors:
        pass
    except FlowbuilderError as refusal:
        shown["plan_refusal"] = str(refusal)
    return shown


def _address_refusal(fb: Flowbuilder, auth_id: str) -> str:
    try:
        check_public_url(fb.public_url, fb.accounts.is_sandbox(auth_id))
    except FlowbuilderError as refusal:
        return str(refusal)
    return ""

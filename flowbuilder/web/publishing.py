"""The publish screen: what stops it, which numbers, what will change, and each step as it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from flowbuilder.errors import EditRefused, FlowbuilderError, FlowHasErrors, NotFound
from flowbuilder.publishing.desired import check_public_url
from flowbuilder.web import current
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.flow_uses import all_problems
from flowbuilder.web.publish_runs import Run, Runs
from flowbuilder.web.publishing_steps import prepare, prepare_unpublish, publish, unpublish
from flowbuilder.web.states import state_of
from flowbuilder.web.wording import phone_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder

publishing = Blueprint("publishing", __name__)

E164_IN_TEXT = re.compile(r"\+[0-9]{5,15}\b")

RUNS = Runs()


@dataclass(frozen=True)
class NumberChoice:
    """A number of the account, and what answers it now, in words (empty for nothing)."""

    number: str
    about: str
    answered_by: str
    is_ours: bool
    voice_enabled: bool
    chosen: bool


@publishing.app_template_filter()
def spaced(sentence: str) -> str:
    """A sentence with its phone numbers as people write them."""
    return E164_IN_TEXT.sub(lambda found: phone_number(found[0]), sentence)


@publishing.get("/flows/<flow_id>/publish")
def page(flow_id: str) -> ResponseReturnValue:
    fb = current()
    row = fb.store.flows.get(flow_id)
    problems = all_problems(fb, flow_id, fb.store.flows.load(flow_id, row.revision))
    choices, refusal = _choices_or_refusal(fb, flow_id)
    chosen = [choice.number for choice in choices if choice.chosen]
    return render_template(
        "publishing/page.html",
        row=row,
        state=state_of(fb, row),
        errors=[problem for problem in problems if problem.blocks],
        warnings=[problem for problem in problems if problem.severity == "warning"],
        choices=choices,
        refusal=refusal,
        address_refusal=_address_refusal(fb),
        public_url=fb.public_url,
        uses_sandbox=fb.settings.uses_sandbox,
        account=fb.account.auth_id,
        **_plan(fb, flow_id, chosen),
    )


@publishing.get("/flows/<flow_id>/publish/plan")
def plan(flow_id: str) -> ResponseReturnValue:
    """The plan for the numbers ticked, as a partial."""
    fb = current()
    return render_template(
        "publishing/_plan.html", row=fb.store.flows.get(flow_id), **_plan(fb, flow_id, _asked_numbers())
    )


@publishing.post("/flows/<flow_id>/publish")
def start(flow_id: str) -> ResponseReturnValue:
    """Does the plan that was shown; answers with the run as far as it has come."""
    fb = current()
    _refuse_while_busy(flow_id)
    events = publish(
        fb,
        flow_id,
        _asked_numbers(),
        release_others=True,
        fingerprint=request.form.get("plan", ""),
    )
    return _answer_run(RUNS.start(flow_id, "publish", events))


@publishing.get("/flows/<flow_id>/unpublish")
def ask_unpublish(flow_id: str) -> ResponseReturnValue:
    """What unpublishing would give back, before it is done."""
    fb = current()
    known, plan = prepare_unpublish(fb, flow_id)
    return render_template("publishing/unpublish.html", row=fb.store.flows.get(flow_id), known=known, plan=plan)


@publishing.post("/flows/<flow_id>/unpublish")
def start_unpublish(flow_id: str) -> ResponseReturnValue:
    _refuse_while_busy(flow_id)
    return _answer_run(RUNS.start(flow_id, "unpublish", unpublish(current(), flow_id)))


@publishing.get("/flows/<flow_id>/publish/runs/<key>")
def run(flow_id: str, key: str) -> ResponseReturnValue:
    """The run as far as it has come: a partial for the page that waits for it, a page for whoever comes back."""
    found = RUNS.get(flow_id, key)
    if found is None:
        raise NotFound("What was published is not kept here any more. The publish page shows what is live now.")
    return _show_run(found)


def _answer_run(found: Run) -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return _show_run(found)
    return redirect(url_for("publishing.run", flow_id=found.flow_id, key=found.key), 303)


def _show_run(found: Run) -> ResponseReturnValue:
    fb = current()
    whole_page = "HX-Request" not in request.headers
    return render_template(
        "publishing/run.html" if whole_page else "publishing/_run.html",
        row=fb.store.flows.get(found.flow_id),
        run=found,
        events=list(found.events),
        is_over=found.is_over,
        uses_sandbox=fb.settings.uses_sandbox,
    )


def _refuse_while_busy(flow_id: str) -> None:
    if RUNS.busy(flow_id):
        raise EditRefused("This flow is being published right now. Wait for its end, then try again.")


def _asked_numbers() -> list[str]:
    return [number for number in request.values.getlist("number") if number]


def _plan(fb: Flowbuilder, flow_id: str, numbers: Sequence[str]) -> dict[str, object]:
    """What _plan.html shows: the plan, or the sentence that says why there is none."""
    try:
        return {"prepared": prepare(fb, flow_id, numbers, release_others=True), "plan_refusal": "", "numbers": numbers}
    except FlowHasErrors:
        return {"prepared": None, "plan_refusal": "", "numbers": numbers}
    except FlowbuilderError as refusal:
        return {"prepared": None, "plan_refusal": str(refusal), "numbers": numbers}


def _address_refusal(fb: Flowbuilder) -> str:
    try:
        check_public_url(fb.public_url, fb.settings.uses_sandbox)
    except FlowbuilderError as refusal:
        return str(refusal)
    return ""


def _choices_or_refusal(fb: Flowbuilder, flow_id: str) -> tuple[list[NumberChoice], str]:
    try:
        return _choices(fb, flow_id), ""
    except FlowbuilderError as refusal:
        return [], str(refusal)


def _choices(fb: Flowbuilder, flow_id: str) -> list[NumberChoice]:
    """The account's numbers: those of this flow first, then free ones, then those that something answers."""
    known = deployment_of(fb, flow_id)
    numbers = fb.account.list_numbers()
    names = {str(app["app_id"]): str(app.get("app_name") or app["app_id"]) for app in fb.account.list_applications()}
    names.update(_flow_names(fb, flow_id))
    ours = known.app_id if known else None
    chosen = {str(entry["number"]) for entry in known.numbers} if known else set()
    if not known and fb.settings.uses_sandbox:
        chosen = {f"+{number.number}" for number in numbers if number.application_id is None and number.voice_enabled}
        chosen = set(sorted(chosen)[:1])
    choices = [
        NumberChoice(
            number=f"+{number.number}",
            about=" · ".join(part for part in (number.alias, number.country, number.type) if part),
            answered_by=names.get(number.application_id, "") if number.application_id else "",
            is_ours=number.application_id is not None and number.application_id == ours,
            voice_enabled=number.voice_enabled,
            chosen=f"+{number.number}" in chosen,
        )
        for number in numbers
    ]
    return sorted(choices, key=lambda c: (not c.is_ours, not c.voice_enabled, bool(c.answered_by), c.number))


def _flow_names(fb: Flowbuilder, flow_id: str) -> dict[str, str]:
    """Our other flows by the id of their Application: `“Clinic main line”, version 3`."""
    rows = {row.id: row.name for row in fb.store.flows.list()}
    here: list[DeploymentRow] = [row for row in fb.store.deployments.list() if row.account == fb.account.auth_id]
    return {
        row.app_id: (f"“{rows[row.flow_id]}”" if row.flow_id != flow_id else "This flow") + f", version {row.version}"
        for row in here
        if row.flow_id in rows
    }

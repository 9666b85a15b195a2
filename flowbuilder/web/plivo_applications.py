"""The Applications of a Plivo account: all of them, ours marked, each with what it answers; changed and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from flowbuilder.errors import EditRefused, FlowbuilderError
from flowbuilder.publishing import application_fields
from flowbuilder.web import current
from flowbuilder.web.application_form import OTHERS, SIP_AUTH, URLS, changes_asked
from flowbuilder.web.holders import Holders, held_by
from flowbuilder.web.paging import Paging, asked_filters

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder

plivo_applications = Blueprint("plivo_applications", __name__)

FILTERS = ("app_name", "subaccount")
PAGES_FOR_LIST = 10
PAGES_FOR_ONE = 250


@plivo_applications.get("/accounts/<auth_id>/applications")
def page(auth_id: str) -> ResponseReturnValue:
    """One page of the Applications, filtered as Plivo can."""
    fb = current()
    account = fb.accounts.get(auth_id)
    asked = asked_filters(FILTERS)
    found = account.applications_page(asked.query)
    holders = Holders(fb, account)
    holders.learn(found.objects)
    return render_template(
        "account/applications.html",
        account=fb.accounts.view(auth_id),
        applications=[(item, holders.of(str(item.get("app_id")))) for item in found.objects],
        held=held_by(account, PAGES_FOR_LIST),
        filters=asked.given,
        paging=Paging.of(found, asked),
    )


@plivo_applications.get("/accounts/<auth_id>/applications/<app_id>")
def application(auth_id: str, app_id: str) -> ResponseReturnValue:
    return _one(auth_id, app_id)


@plivo_applications.post("/accounts/<auth_id>/applications/<app_id>")
def change(auth_id: str, app_id: str) -> ResponseReturnValue:
    """Changes the fields that differ. Those of ours that publishing fills cannot be changed here."""
    fb = current()
    account = fb.accounts.get(auth_id)
    before = account.get_application(app_id)
    row = Holders(fb, account).deployment(app_id)
    try:
        changes = changes_asked(request.form, before, OTHERS if row else (*URLS, *OTHERS))
        if changes:
            account.update_application(app_id, changes)
    except FlowbuilderError as refusal:
        return _one(auth_id, app_id, str(refusal)), 422
    if row:
        _keep(fb, row, changes)
    flash(f"Changed {', '.join(changes)}." if changes else "Nothing was different, so nothing was changed.", "ok")
    return redirect(url_for("plivo_applications.application", auth_id=auth_id, app_id=app_id), 303)


@plivo_applications.get("/accounts/<auth_id>/applications/<app_id>/delete")
def ask_delete(auth_id: str, app_id: str) -> ResponseReturnValue:
    """What deleting takes along, before it is done."""
    fb = current()
    account = fb.accounts.get(auth_id)
    found = account.get_application(app_id)
    holders = Holders(fb, account)
    held = held_by(account, PAGES_FOR_ONE)
    others = [item for item in account.applications_page().objects if str(item.get("app_id")) != app_id]
    return render_template(
        "account/delete_application.html",
        account=fb.accounts.view(auth_id),
        application=found,
        row=holders.deployment(app_id),
        numbers=held.numbers.get(app_id, []),
        endpoints=held.endpoints.get(app_id, []),
        whole=held.whole,
        others=others,
    )


@plivo_applications.post("/accounts/<auth_id>/applications/<app_id>/delete")
def delete(auth_id: str, app_id: str) -> ResponseReturnValue:
    """Deletes it; its SIP endpoints only where that was chosen, for Plivo deletes them unless it is told not to."""
    fb = current()
    account = fb.accounts.get(auth_id)
    row = Holders(fb, account).deployment(app_id)
    if row is not None:
        name = fb.store.flows.get(row.flow_id).name
        raise EditRefused(f"“{name}” is live by this Application. Unpublish the flow first, then delete it.")
    endpoints = request.form.get("endpoints", "keep")
    heir = request.form.get("heir", "") if endpoints == "move" else ""
    if endpoints == "move" and not heir:
        raise FlowbuilderError("Choose the Application that the endpoints move to.")
    account.delete_application(app_id, cascade=endpoints == "delete", heir=heir or None)
    flash("The Application is deleted.", "ok")
    return redirect(url_for("plivo_applications.page", auth_id=auth_id), 303)


def _one(auth_id: str, app_id: str, refusal: str = "") -> str:
    fb = current()
    account = fb.accounts.get(auth_id)
    found = account.get_application(app_id)
    holders = Holders(fb, account)
    row = holders.deployment(app_id)
    held = held_by(account, PAGES_FOR_LIST)
    fields = {field.name: application_fields.held(found, field.name) for field in (*URLS, *OTHERS)}
    if refusal:
        fields |= _typed(fields)
    return render_template(
        "account/application.html",
        account=fb.accounts.view(auth_id),
        application=found,
        holder=holders.of(app_id),
        row=row,
        urls=URLS,
        others=OTHERS,
        sip_auth=SIP_AUTH,
        values=fields,
        numbers=held.numbers.get(app_id, []),
        endpoints=held.endpoints.get(app_id, []),
        whole=held.whole,
        refusal=refusal,
    )


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """What was typed, so that a refusal loses none of it."""
    return {
        name: name in request.form if isinstance(value, bool) else request.form.get(name, value)
        for name, value in fields.items()
    }


def _keep(fb: Flowbuilder, row: DeploymentRow, changes: dict[str, Any]) -> None:
    """What is a setting of the deployment stays one: the next publishing compares with it."""
    settings = fb.store.deployment_settings.get(row.flow_id, row.name)
    if settings is not None and changes:
        fb.store.deployment_settings.put(replace(settings, application={**settings.application, **changes}))

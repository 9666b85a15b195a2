"""The deployments of a flow: what is live on each, its account, its variables and its Application's own settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from flowbuilder.checks.variable_before_set import env_names
from flowbuilder.checks.view import View
from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound
from flowbuilder.store import PRODUCTION, DeploymentSettingsRow
from flowbuilder.web import current
from flowbuilder.web.application_form import OTHERS, SIP_AUTH, settings_asked, stated_values
from flowbuilder.web.carrying_out import refuse_while_busy
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.deployment_form import VariableRow, checked_name, name_to_suggest, rows_typed, variables_asked
from flowbuilder.web.people import author

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.accounts import AccountView

deployments = Blueprint("deployments", __name__)


@dataclass(frozen=True)
class DeploymentView:
    """One deployment as the page shows it. `missing`: the variables that the drawing uses and it has not set."""

    settings: DeploymentSettingsRow
    live: DeploymentRow | None
    account: AccountView | None
    missing: list[str]

    @property
    def name(self) -> str:
        return self.settings.name


@deployments.get("/flows/<flow_id>/deployments")
def page(flow_id: str) -> ResponseReturnValue:
    return _page(flow_id)


@deployments.post("/flows/<flow_id>/deployments")
def add(flow_id: str) -> ResponseReturnValue:
    """Adds a deployment under the name typed; its settings are asked for next."""
    fb = current()
    typed = request.form.get("name", "").strip()
    names = [row.name for row in _all(fb, fb.store.flows.get(flow_id).id)]
    try:
        name = checked_name(typed, names)
    except FlowbuilderError as refusal:
        return _page(flow_id, str(refusal), typed), 422
    fb.store.deployment_settings.put(DeploymentSettingsRow(flow_id, name, author=author()))
    flash(f"{name} is there. Say what is special about it, then publish the flow on it.", "ok")
    return redirect(url_for("deployments.one", flow_id=flow_id, name=name), 303)


@deployments.get("/flows/<flow_id>/deployments/<name>")
def one(flow_id: str, name: str) -> ResponseReturnValue:
    settings = _settings(current(), flow_id, name)
    return _one(flow_id, settings, [*map(VariableRow, settings.variables, settings.variables.values())])


@deployments.post("/flows/<flow_id>/deployments/<name>")
def change(flow_id: str, name: str) -> ResponseReturnValue:
    """Keeps what was typed; the buttons that add a row or take one away only show the form anew."""
    fb = current()
    settings = _settings(fb, flow_id, name)
    rows, do = rows_typed(request.form), request.form.get("do", "save")
    if do != "save":
        return _one(flow_id, settings, rows, typed=request.form)
    try:
        asked = replace(
            settings,
            account=_account_asked(fb, settings, request.form.get("account", "")),
            variables=variables_asked(rows),
            application=settings_asked(request.form, settings.application),
            author=author(),
        )
    except FlowbuilderError as refusal:
        return _one(flow_id, settings, rows, str(refusal), request.form), 422
    fb.store.deployment_settings.put(asked)
    fb.variables.forget()
    flash(_kept_sentence(fb, settings, asked), "ok")
    return redirect(url_for("deployments.one", flow_id=flow_id, name=name), 303)


@deployments.post("/flows/<flow_id>/deployments/<name>/delete")
def delete(flow_id: str, name: str) -> ResponseReturnValue:
    """Forgets a deployment on which nothing is live. Versions, and what is in Plivo's account, stay."""
    fb = current()
    _settings(fb, flow_id, name)
    if name == PRODUCTION:
        raise EditRefused("Every flow has a production; it cannot be deleted.")
    refuse_while_busy(fb, flow_id, name)
    live = deployment_of(fb, flow_id, name)
    if live is not None:
        raise EditRefused(f"Version {live.version} is live on {name}. Unpublish it there first, then delete {name}.")
    # What may be left is live on an account that is not here any more, and cannot be reached from here.
    fb.store.deployments.delete(flow_id, name)
    fb.store.deployment_settings.delete(flow_id, name)
    fb.variables.forget()
    fb.drifts.forget(flow_id, name)
    flash(f"{name} is deleted. Nothing has changed in Plivo's account.", "ok")
    return redirect(url_for("deployments.page", flow_id=flow_id), 303)


def _page(flow_id: str, refusal: str = "", typed: str | None = None) -> str:
    fb = current()
    row = fb.store.flows.get(flow_id)
    used = _used(fb, flow_id, row.revision)
    views = [_view(fb, settings, used) for settings in _all(fb, flow_id)]
    return render_template(
        "deployments/page.html",
        row=row,
        views=views,
        used=used,
        suggestion=name_to_suggest([view.name for view in views]) if typed is None else typed,
        refusal=refusal,
        now=fb.clock(),
    )


def _one(
    flow_id: str,
    settings: DeploymentSettingsRow,
    rows: list[VariableRow],
    refusal: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page of one deployment; with what was `typed`, so that neither a refusal nor a new row loses any of it."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    used = _used(fb, flow_id, row.revision)
    values = stated_values(settings.application)
    account = settings.account or fb.accounts.default.auth_id
    if typed is not None:
        values = {field.name: typed.get(field.name, values[field.name]) for field in OTHERS}
        account = typed.get("account", account)
    return render_template(
        "deployments/one.html",
        row=row,
        view=_view(fb, settings, used),
        used=used,
        rows=rows,
        typed_missing=[name for name in used if name not in {each.name for each in rows}],
        accounts=fb.accounts.list(),
        account=account,
        others=OTHERS,
        values=values,
        sip_auth=SIP_AUTH,
        refusal=refusal,
        fresh_row=len(rows) if typed is not None and typed.get("do", "").startswith("add") else 0,
        now=fb.clock(),
    )


def _view(fb: Flowbuilder, settings: DeploymentSettingsRow, used: list[str]) -> DeploymentView:
    live = deployment_of(fb, settings.flow_id, settings.name)
    auth_id = settings.account or fb.accounts.default.auth_id
    account = fb.accounts.view(auth_id) if fb.accounts.has(auth_id) else None
    return DeploymentView(settings, live, account, [name for name in used if name not in settings.variables])


def _all(fb: Flowbuilder, flow_id: str) -> list[DeploymentSettingsRow]:
    """Every deployment, also one that is live and was never given settings."""
    kept = fb.store.deployment_settings.list(flow_id)
    names = {settings.name for settings in kept}
    live = [row for row in fb.store.deployments.list(flow_id) if row.name not in names]
    return [*kept, *(DeploymentSettingsRow(flow_id, row.name, row.account) for row in live)]


def _settings(fb: Flowbuilder, flow_id: str, name: str) -> DeploymentSettingsRow:
    flow = fb.store.flows.get(flow_id)
    for settings in _all(fb, flow_id):
        if settings.name == name:
            return settings
    raise NotFound(f"“{flow.name}” has no deployment {name[:32]}. Add it on its page Deployments.")


def _account_asked(fb: Flowbuilder, settings: DeploymentSettingsRow, typed: str) -> str | None:
    """The account chosen, None for the default one. Raises EditRefused where that would leave something live."""
    default = fb.accounts.default.auth_id
    before = settings.account or default
    chosen = typed or before
    if chosen == before:
        return settings.account
    fb.accounts.get(chosen)
    refuse_while_busy(fb, settings.flow_id, settings.name)
    live = deployment_of(fb, settings.flow_id, settings.name)
    if live is not None and live.account != chosen:
        where = f"{settings.name} with the account {fb.accounts.view(live.account).label} ({live.account})"
        raise EditRefused(
            f"Version {live.version} is live on {where}. Unpublish it there first, then choose another account."
        )
    return None if chosen == default else chosen


def _used(fb: Flowbuilder, flow_id: str, revision: int) -> list[str]:
    return env_names(View(fb.store.flows.load(flow_id, revision)))


def _kept_sentence(fb: Flowbuilder, before: DeploymentSettingsRow, after: DeploymentSettingsRow) -> str:
    """What the change means for calls and for the account."""
    if deployment_of(fb, after.flow_id, after.name) is None:
        return f"Kept. It counts when the flow is published on {after.name}."
    sentence = "Kept."
    if before.variables != after.variables:
        sentence += " Calls that come in from now on go by these variables."
    if before.application != after.application:
        sentence += f" Publish on {after.name} once more to bring the Application's settings to Plivo."
    return sentence

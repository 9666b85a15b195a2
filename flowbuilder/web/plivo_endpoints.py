"""The SIP endpoints of a Plivo account: who answers each, and making one, whose password is shown once."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.publishing.account import AnswerLost, PlivoEndpoint
from flowbuilder.web import current
from flowbuilder.web.holders import Holders
from flowbuilder.web.moving import move_endpoint
from flowbuilder.web.paging import Paging, asked_filters
from flowbuilder.web.plivo_numbers import NOTHING

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

plivo_endpoints = Blueprint("plivo_endpoints", __name__)

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,24}")
ALIAS = re.compile(r"[A-Za-z0-9_-]{1,50}")


@plivo_endpoints.get("/accounts/<auth_id>/endpoints")
def page(auth_id: str) -> ResponseReturnValue:
    return _page(auth_id)


@plivo_endpoints.post("/accounts/<auth_id>/endpoints")
def create(auth_id: str) -> ResponseReturnValue:
    """Makes an endpoint. Its password is made here, is on the page that answers, and nowhere else afterwards."""
    account = current().accounts.get(auth_id)
    username, alias = (request.form.get(name, "").strip() for name in ("username", "alias"))
    password = secrets.token_urlsafe(15)
    try:
        if not USERNAME.fullmatch(username):
            raise FlowbuilderError("A username begins with a letter and has at most 25 letters and digits.")
        if not ALIAS.fullmatch(alias):
            raise FlowbuilderError("An alias has letters, digits, hyphens and underscores only, 50 at most.")
        target = request.form.get("app_id", NOTHING)
        _, whole = account.create_endpoint(username, password, alias, "" if target == NOTHING else target)
    except AnswerLost as lost:
        sentence = f"{lost} It may have been made all the same: look for {username} in the list before you try again."
        return _page(auth_id, refusal=sentence), 502
    except FlowbuilderError as refusal:
        return _page(auth_id, refusal=str(refusal)), 422
    response = make_response(_page(auth_id, made=(whole, password)))
    response.headers["Cache-Control"] = "no-store"
    return response


@plivo_endpoints.post("/accounts/<auth_id>/endpoints/<endpoint_id>/move")
def move(auth_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Lets another Application, or nothing, answer the endpoint."""
    fb = current()
    account = fb.accounts.get(auth_id)
    target = request.form.get("app_id", "")
    if not target:
        raise FlowbuilderError("Choose what answers this endpoint, then try again.")
    app_id = None if target == NOTHING else target
    holder = Holders(fb, account).of(app_id)
    if holder is not None and holder.is_gone:
        raise NotFound(f"There is no Application {target} in this account. Choose another.")
    move_endpoint(fb, account, endpoint_id, app_id)
    words = holder.words if holder else "nothing"
    flash(f"{words[:1].upper()}{words[1:]} answers the endpoint now.", "ok")
    return redirect(url_for("plivo_endpoints.page", auth_id=auth_id), 303)


def _page(auth_id: str, refusal: str = "", made: tuple[str, str] | None = None) -> str:
    fb = current()
    account = fb.accounts.get(auth_id)
    asked = asked_filters(())
    found = account.endpoints_page(asked.query)
    holders = Holders(fb, account)
    applications = account.applications_page().objects
    holders.learn(applications)
    endpoints = [PlivoEndpoint.from_json(item) for item in found.objects]
    return render_template(
        "account/endpoints.html",
        account=fb.accounts.view(auth_id),
        endpoints=[(endpoint, holders.of(endpoint.application_id)) for endpoint in endpoints],
        paging=Paging.of(found, asked),
        ours=holders.ours,
        others=[item for item in applications if holders.deployment(str(item["app_id"])) is None],
        refusal=refusal,
        made=made,
        typed=request.form,
    )

"""The settings page: who works here, the Plivo accounts, and the public URL with its test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.desired import check_public_url
from flowbuilder.web import current, people
from flowbuilder.web.reach import ask_through
from flowbuilder.web.reach_findings import Finding

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

settings = Blueprint("settings", __name__)

USUAL_PORT = 8000


@settings.get("/settings")
def page() -> ResponseReturnValue:
    return _page()


@settings.post("/settings/name")
def keep_name() -> ResponseReturnValue:
    """Who works in this browser."""
    try:
        people.keep_name(request.form.get("name", ""))
    except FlowbuilderError as refusal:
        return _page(name_refusal=str(refusal), name=request.form.get("name", "")), 422
    return redirect(url_for("settings.page"), 303)


@settings.post("/settings/accounts")
def add_account() -> ResponseReturnValue:
    auth_id, label = request.form.get("auth_id", ""), request.form.get("label", "")
    try:
        current().accounts.add(auth_id, request.form.get("token", ""), label, people.author())
    except FlowbuilderError as refusal:
        return _page(account_refusal=str(refusal), auth_id=auth_id, label=label), 422
    return redirect(url_for("settings.page", _anchor="accounts"), 303)


@settings.post("/settings/accounts/<auth_id>/token")
def replace_token(auth_id: str) -> ResponseReturnValue:
    try:
        current().accounts.replace_token(auth_id, request.form.get("token", ""))
    except FlowbuilderError as refusal:
        return _page(token_refusal=str(refusal), token_of=auth_id), 422
    return redirect(url_for("settings.page", _anchor="accounts"), 303)


@settings.post("/settings/accounts/<auth_id>/remove")
def remove_account(auth_id: str) -> ResponseReturnValue:
    try:
        current().accounts.remove(auth_id)
    except FlowbuilderError as refusal:
        return _page(token_refusal=str(refusal), token_of=auth_id), 422
    return redirect(url_for("settings.page", _anchor="accounts"), 303)


@settings.get("/settings/accounts/<auth_id>/state")
def account_state(auth_id: str) -> ResponseReturnValue:
    """What Plivo says of the account now: its name, kind and balance. A partial."""
    try:
        found, refusal = current().accounts.check(auth_id), ""
    except FlowbuilderError as error:
        found, refusal = {}, str(error)
    return render_template("settings/_account_state.html", found=found, refusal=refusal)


@settings.post("/settings/public-url")
def keep_public_url() -> ResponseReturnValue:
    """Keeps the public URL, or takes it away where it is empty."""
    url = request.form.get("public_url", "")
    try:
        current().address.keep(url, people.author())
    except FlowbuilderError as refusal:
        return _page(url_refusal=str(refusal), typed_url=url), 422
    return redirect(url_for("settings.page", _anchor="public-url"), 303)


@settings.post("/settings/public-url/test")
def test_public_url() -> ResponseReturnValue:
    """Asks itself through the public URL; a partial for the page, the whole page without scripts."""
    finding = _test()
    if "HX-Request" in request.headers:
        return render_template("settings/_finding.html", finding=finding)
    return _page(finding=finding)


def _test() -> Finding:
    """The configured public URL is asked, and no other."""
    fb = current()
    url = fb.public_url
    try:
        check_public_url(url, fb.settings.uses_sandbox)
    except FlowbuilderError as refusal:
        return Finding(False, str(refusal))
    return ask_through(str(url))


def _page(**shown: Any) -> str:
    """The page; `shown` are refusals and what was typed beside them, for nothing typed is lost. Never a token."""
    fb = current()
    own = urlsplit(fb.settings.own_url or request.url_root)
    accounts = fb.accounts.list()
    return render_template(
        "settings/page.html",
        **{
            "name": people.author(),
            "accounts": accounts,
            "used_by": {view.auth_id: fb.accounts.used_by(view.auth_id) for view in accounts if view.kind == "kept"},
            "public_url": fb.public_url,
            "source": fb.address.source,
            "typed_url": fb.address.stored,
            "public_host": _public_host(fb.public_url),
            "public_path": urlsplit(fb.public_url or "").path,
            "own_port": own.port or USUAL_PORT,
            "uses_sandbox": fb.settings.uses_sandbox,
            "now": fb.clock(),
            **shown,
        },
    )


def _public_host(url: str | None) -> str | None:
    """The host of a public URL that Plivo might reach, for the examples on the page."""
    try:
        check_public_url(url, uses_sandbox=False)
    except FlowbuilderError:
        return None
    return urlsplit(url or "").hostname

"""The secrets that flows' web requests use: added, replaced and deleted here, and never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError
from flowbuilder.web import current

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

secrets = Blueprint("secrets", __name__)


@secrets.get("/settings/secrets")
def page() -> ResponseReturnValue:
    return _page()


@secrets.post("/settings/secrets")
def put() -> ResponseReturnValue:
    """Adds a secret, or replaces the one of that name."""
    name = request.form.get("name", "").strip()
    try:
        current().vault.put(name, request.form.get("secret", ""))
    except FlowbuilderError as refusal:
        return _page(str(refusal), name), 422
    return redirect(url_for("secrets.page"), 303)


@secrets.post("/settings/secrets/<name>/delete")
def delete(name: str) -> ResponseReturnValue:
    current().vault.delete(name)
    return redirect(url_for("secrets.page"), 303)


def _page(refusal: str = "", name: str = "") -> str:
    fb = current()
    return render_template("secrets/page.html", kept=fb.vault.list(), refusal=refusal, name=name, now=fb.clock())

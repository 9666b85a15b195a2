"""The sandbox's SIP endpoints (plivo-api.md 4). Nobody registers at them; they can be attached and dialled."""

from __future__ import annotations

import hashlib

from flowbuilder.sandbox.answers import Answer, changed, created, deleted, found, page
from flowbuilder.sandbox.applications import default_application
from flowbuilder.sandbox.arguments import Args, Refused, matching, subaccount, text
from flowbuilder.sandbox.holdings import Holdings, Json

USERNAME = r"[A-Za-z][A-Za-z0-9]{0,24}"
USERNAME_RULE = "must begin with a letter and hold at most 25 letters and digits"
ALIAS = r"[A-Za-z0-9_-]+"
ALIAS_RULE = "may hold letters, digits, hyphens and underscores only"
SHORTEST_PASSWORD = 5


def list_endpoints(holdings: Holdings, args: Args) -> Answer:
    owner = subaccount(args, holdings.has_subaccount)
    documents = [item for item in holdings.documents.list("endpoint") if not owner or item["sub_account"] == owner]
    shown = [_shown(holdings, document) for document in documents]
    for item in shown:
        del item["password"]
    return page(holdings.uri("Endpoint"), args, shown)


def create_endpoint(holdings: Holdings, args: Args) -> Answer:
    """Creates an endpoint; Plivo appends twelve digits to its name, and the answer has the whole one.

    Without `app_id` it belongs to the account's default Application for endpoints, if there is one.
    """
    username = matching(args, "username", USERNAME, USERNAME_RULE, required=True)
    password = _password(args, required=True)
    alias = matching(args, "alias", ALIAS, ALIAS_RULE, required=True)
    app_id = _app_id(holdings, args)
    if app_id is None:
        app_id = default_application(holdings, "default_endpoint_app")
    endpoint_id = holdings.digits(14)
    username = f"{username}{holdings.clock():%y%m%d%H%M%S}"
    document = {
        "endpoint_id": endpoint_id,
        "username": username,
        "password": password,
        "alias": alias,
        "application": app_id or None,
        "sub_account": None,
    }
    holdings.documents.put("endpoint", endpoint_id, document)
    return created(endpoint_id=endpoint_id, username=username, alias=alias)


def read_endpoint(holdings: Holdings, args: Args, endpoint_id: str) -> Answer:
    return found(_shown(holdings, _endpoint(holdings, endpoint_id)))


def update_endpoint(holdings: Holdings, args: Args, endpoint_id: str) -> Answer:
    document = _endpoint(holdings, endpoint_id)
    changes: Json = {
        "password": _password(args),
        "alias": matching(args, "alias", ALIAS, ALIAS_RULE),
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    app_id = _app_id(holdings, args)
    if app_id is not None:
        changes["application"] = app_id or None
    holdings.documents.put("endpoint", endpoint_id, {**document, **changes})
    return changed()


def delete_endpoint(holdings: Holdings, args: Args, endpoint_id: str) -> Answer:
    _endpoint(holdings, endpoint_id)
    holdings.documents.delete("endpoint", endpoint_id)
    return deleted()


def _endpoint(holdings: Holdings, endpoint_id: str) -> Json:
    document = holdings.documents.get("endpoint", endpoint_id)
    if document is None:
        raise Refused(404, "not found")
    return document


def _password(args: Args, *, required: bool = False) -> str | None:
    """The password as it is kept and read back: its MD5, which is Plivo's choice and not one to copy."""
    password = text(args, "password", required=required)
    if password is None:
        return None
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(400, f"password must have at least {SHORTEST_PASSWORD} characters")
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


def _app_id(holdings: Holdings, args: Args) -> str | None:
    app_id = text(args, "app_id")
    if app_id and holdings.documents.get("application", app_id) is None:
        raise Refused(400, "app_id not found")
    return app_id


def _shown(holdings: Holdings, document: Json) -> Json:
    return {
        **document,
        "application": holdings.application_uri(document["application"]),
        "sip_uri": f"sip:{document['username']}@phone.plivo.com",
        "sip_registered": "false",
        "resource_uri": holdings.uri("Endpoint", document["endpoint_id"]),
    }

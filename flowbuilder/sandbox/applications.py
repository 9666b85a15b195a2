"""The sandbox's Applications (plivo-api.md 2)."""

from __future__ import annotations

from typing import Any

from flowbuilder.sandbox.answers import Answer, changed, created, deleted, found, page
from flowbuilder.sandbox.arguments import Args, Refused, flag, matching, subaccount, text, url
from flowbuilder.sandbox.holdings import Holdings, Json

NAME = r"[A-Za-z0-9_-]+"
NAME_RULE = "may hold letters, digits, hyphens and underscores only"
URLS = {
    "answer_url": "answer_method",
    "hangup_url": "hangup_method",
    "fallback_answer_url": "fallback_method",
    "message_url": "message_method",
}
DEFAULTS = {"default_number_app": "default_app", "default_endpoint_app": "default_endpoint_app"}
UUID = r"[0-9a-fA-F-]{36}"
# Which UUIDs each kind of SIP authentication needs.
SIP_AUTH: dict[str, tuple[str, ...]] = {
    "": (),
    "ip_acl": ("ip_acl_uuid",),
    "credential": ("credential_uuid",),
    "ip_acl_and_credential": ("ip_acl_uuid", "credential_uuid"),
}


def list_applications(holdings: Holdings, args: Args) -> Answer:
    owner = subaccount(args, holdings.has_subaccount)
    prefix = text(args, "app_name") or ""
    documents = [
        item
        for item in holdings.documents.list("application")
        if item["app_name"].startswith(prefix) and (not owner or item["sub_account"] == owner)
    ]
    return page(holdings.uri("Application"), args, [_shown(holdings, item) for item in documents])


def create_application(holdings: Holdings, args: Args) -> Answer:
    owner = subaccount(args, holdings.has_subaccount)
    name = matching(args, "app_name", NAME, NAME_RULE, required=True)
    answer_url = url(args, "answer_url", required=True)
    app_id = holdings.digits(17)
    document: Json = {
        "app_id": app_id,
        "app_name": name,
        "answer_url": answer_url,
        "answer_method": "POST",
        # Without a hangup URL of its own, an Application tells the answer URL about the hangup.
        "hangup_url": answer_url,
        "hangup_method": "POST",
        "fallback_answer_url": "",
        "fallback_method": "POST",
        "message_url": "",
        "message_method": "POST",
        "default_app": False,
        "default_endpoint_app": False,
        "enabled": True,
        "public_uri": False,
        "log_incoming_messages": True,
        "sip_auth_type": "",
        "ip_acl_uuid": None,
        "credential_uuid": None,
        "sub_account": owner or None,
    }
    changes = _changes(args)
    if not changes.get("hangup_url"):
        changes.pop("hangup_url", None)
    _keep(holdings, document, changes)
    return created(app_id=app_id)


def read_application(holdings: Holdings, args: Args, app_id: str) -> Answer:
    return found(_shown(holdings, application(holdings, app_id)))


def update_application(holdings: Holdings, args: Args, app_id: str) -> Answer:
    """Changes what is given and nothing else; a name cannot be changed."""
    document = application(holdings, app_id)
    owner = subaccount(args, holdings.has_subaccount)
    if args.get("answer_url") == "":
        raise Refused(400, "answer_url must be a valid URL")
    changes = _changes(args)
    changes |= _sip_changes(holdings, args, document)
    if owner is not None:
        changes["sub_account"] = owner or None
    _keep(holdings, document, changes)
    return changed()


def delete_application(holdings: Holdings, args: Args, app_id: str) -> Answer:
    """Deletes the Application, and by default (cascade) its SIP endpoints with it; its numbers lose it."""
    application(holdings, app_id)
    cascade = flag(args, "cascade") is not False
    heir = text(args, "new_endpoint_application")
    if heir and (heir == app_id or holdings.documents.get("application", heir) is None):
        raise Refused(400, "new_endpoint_application not found")
    for endpoint in holdings.documents.list("endpoint"):
        if endpoint["application"] != app_id:
            continue
        if cascade:
            holdings.documents.delete("endpoint", endpoint["endpoint_id"])
        else:
            holdings.documents.put("endpoint", endpoint["endpoint_id"], {**endpoint, "application": heir or None})
    for number in holdings.documents.list("number"):
        if number["application"] == app_id:
            holdings.documents.put("number", number["number"], {**number, "application": None})
    holdings.documents.delete("application", app_id)
    return deleted()


def application(holdings: Holdings, app_id: str) -> Json:
    """The Application's document; raises Refused(404)."""
    document = holdings.documents.get("application", app_id)
    if document is None:
        raise Refused(404, "not found")
    return document


def default_application(holdings: Holdings, name: str) -> str | None:
    """The id of the Application marked `default_app` (for numbers) or `default_endpoint_app`."""
    return next((item["app_id"] for item in holdings.documents.list("application") if item[name]), None)


def _changes(args: Args) -> Json:
    """What the arguments ask to change, under the names of the object; absent and null ask for nothing."""
    changes: dict[str, Any] = {}
    for name, method in URLS.items():
        changes[name] = url(args, name)
        # Any word is taken here; a method other than GET and POST fails at call time (causes 7032-7034).
        changes[method] = text(args, method)
    for asked, held in DEFAULTS.items():
        changes[held] = flag(args, asked)
    for name in ("log_incoming_messages", "public_uri"):
        changes[name] = flag(args, name)
    return {name: value for name, value in changes.items() if value is not None}


def _sip_changes(holdings: Holdings, args: Args, document: Json) -> Json:
    kind = text(args, "sip_auth_type")
    changes: Json = {}
    for name in ("ip_acl_uuid", "credential_uuid"):
        value = matching(args, name, UUID, "must be a UUID")
        if value is not None and name == "credential_uuid" and holdings.documents.get("credential", value) is None:
            raise Refused(400, "credential_uuid not found")
        if value is not None:
            changes[name] = value
    if kind is None:
        return changes
    if kind not in SIP_AUTH:
        raise Refused(400, "sip_auth_type must be ip_acl, credential or ip_acl_and_credential")
    for name in ("ip_acl_uuid", "credential_uuid"):
        if name not in SIP_AUTH[kind]:
            changes[name] = None
        elif not (changes.get(name) or document[name]):
            raise Refused(400, f"{name} is required when sip_auth_type is {kind}")
    return {**changes, "sip_auth_type": kind}


def _keep(holdings: Holdings, document: Json, changes: Json) -> None:
    document = {**document, **changes}
    for mark in DEFAULTS.values():
        if changes.get(mark):
            # There is one default: the newest.
            for other in holdings.documents.list("application"):
                if other[mark] and other["app_id"] != document["app_id"]:
                    holdings.documents.put("application", other["app_id"], {**other, mark: False})
    holdings.documents.put("application", document["app_id"], document)


def _shown(holdings: Holdings, document: Json) -> Json:
    app_id = document["app_id"]
    return {
        **document,
        "sip_uri": f"sip:{app_id}@app.plivo.com",
        "resource_uri": holdings.uri("Application", app_id),
    }

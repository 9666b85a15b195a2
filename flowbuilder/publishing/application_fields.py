"""The fields of an Application that can be written: which are ours, which a deployment states, how they compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.records import application_id_of

Json = dict[str, Any]

URLS = ("answer_url", "hangup_url", "fallback_answer_url", "message_url")
OURS = (*URLS, "answer_method", "hangup_method", "fallback_method", "message_method")
# What Plivo takes for granted where nothing is set.
FLAGS = {"default_number_app": False, "default_endpoint_app": False, "log_incoming_messages": True, "public_uri": False}
# At most one Application of an account has such a mark: setting it takes it from another.
SINGLE = ("default_number_app", "default_endpoint_app")
# Which UUIDs each kind of SIP authentication uses; Plivo clears the others by itself.
SIP_UUIDS: dict[str, tuple[str, ...]] = {
    "": (),
    "ip_acl": ("ip_acl_uuid",),
    "credential": ("credential_uuid",),
    "ip_acl_and_credential": ("ip_acl_uuid", "credential_uuid"),
}
# Plivo documents these for an update only, so a new Application gets them by a request of their own.
ON_UPDATE_ONLY = ("sip_auth_type", "ip_acl_uuid", "credential_uuid")
TEXTS = ("subaccount", *ON_UPDATE_ONLY)
# Some are read under another name than they are written.
READ_AS = {"default_number_app": "default_app", "subaccount": "sub_account"}


def held(application: Mapping[str, Any], field: str) -> Any:
    """What an Application, as Plivo shows it, holds in a field: true or false for a mark, else text ("" for none)."""
    value = application.get(READ_AS.get(field, field))
    if field in FLAGS:
        return FLAGS[field] if value is None else bool(value)
    text = str(value or "")
    # It may come as an id or as the path of the subaccount.
    return (application_id_of(text) or "") if field == "subaccount" else text


def differing(application: Mapping[str, Any], fields: Mapping[str, Any]) -> Json:
    """Those of `fields` that the Application does not hold."""
    return {name: value for name, value in fields.items() if held(application, name) != _plain(name, value)}


def checked_settings(settings: Mapping[str, Any]) -> Json:
    """A deployment's settings of its Application, as they are sent; raises FlowbuilderError for what cannot be set.

    A UUID that the stated kind of SIP authentication does not use is left out, because Plivo does not keep it.
    """
    for name, value in settings.items():
        if name not in FLAGS and name not in TEXTS:
            raise FlowbuilderError(f"'{name}' is not a setting of an Application. Choose from {_choices()}.")
        if name in FLAGS and not isinstance(value, bool):
            raise FlowbuilderError(f"The Application's {name} is either true or false, not '{value}'.")
        if name in TEXTS and not isinstance(value, str):
            raise FlowbuilderError(f"The Application's {name} is a text, not '{value}'. Write an empty one for none.")
    kind = settings.get("sip_auth_type")
    if kind is None:
        return dict(settings)
    if kind not in SIP_UUIDS:
        kinds = ", ".join(kind for kind in SIP_UUIDS if kind)
        raise FlowbuilderError(f"The Application's sip_auth_type is one of {kinds}, or empty for none.")
    unused = {"ip_acl_uuid", "credential_uuid"} - set(SIP_UUIDS[kind])
    return {name: value for name, value in settings.items() if name not in unused}


def former(changes: Mapping[str, Any]) -> Json:
    """What is sent to bring fields back to what they held; UUIDs that were empty go by themselves."""
    return {name: value for name, value in changes.items() if value or not name.endswith("_uuid")}


def _plain(field: str, value: Any) -> Any:
    return bool(value) if field in FLAGS else str(value or "")


def _choices() -> str:
    names = sorted([*FLAGS, *TEXTS])
    return f"{', '.join(names[:-1])} or {names[-1]}"

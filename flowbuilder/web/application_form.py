"""The fields of a Plivo Application as a form: how each is called and typed, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.application_fields import SIP_UUIDS, checked_settings, differing

SIP_AUTH = {
    "": "nobody has to sign in",
    "ip_acl": "by address",
    "credential": "by name and password",
    "ip_acl_and_credential": "by both",
}
# What stands in the form for a field that a deployment leaves as Plivo's console has it.
LEAVE = "leave"
SUBACCOUNT = re.compile(r"SA[A-Z0-9]{18}")


@dataclass(frozen=True)
class ApplicationField:
    """One field under Plivo's name for writing."""

    name: str
    label: str
    kind: Literal["url", "method", "flag", "text", "choice"]
    hint: str = ""


URLS = (
    ApplicationField("answer_url", "Answer URL", "url", "Asked when a call comes in."),
    ApplicationField("answer_method", "Answer method", "method"),
    ApplicationField("fallback_answer_url", "Fallback URL", "url", "Asked when the answer fails."),
    ApplicationField("fallback_method", "Fallback method", "method"),
    ApplicationField(
        "hangup_url", "Hangup URL", "url", "Told when the call is over; the answer URL where it is empty."
    ),
    ApplicationField("hangup_method", "Hangup method", "method"),
    ApplicationField("message_url", "Message URL", "url", "Asked when an SMS comes in."),
    ApplicationField("message_method", "Message method", "method"),
)
# What publishing does not fill in for a flow of ours: the settings of its deployment.
OTHERS = (
    ApplicationField("default_number_app", "Answers numbers that are rented later", "flag"),
    ApplicationField("default_endpoint_app", "Answers SIP endpoints that are made later", "flag"),
    ApplicationField(
        "log_incoming_messages",
        "Incoming messages are kept whole in Plivo's logs",
        "flag",
        "Otherwise the sender is masked, too.",
    ),
    ApplicationField("public_uri", "Anybody may call its SIP address", "flag"),
    ApplicationField("subaccount", "Subaccount", "text", "The Auth ID of one of the account's subaccounts, SA…"),
    ApplicationField("sip_auth_type", "Who calls its SIP address signs in", "choice"),
    ApplicationField("ip_acl_uuid", "Address list (UUID)", "text", "From Plivo's console."),
    ApplicationField("credential_uuid", "Credential (UUID)", "text", "From Plivo's console."),
)


def changes_asked(
    form: Mapping[str, str], application: Mapping[str, Any], fields: tuple[ApplicationField, ...]
) -> dict[str, Any]:
    """The fields whose typed value differs from what the Application holds. Raises FlowbuilderError with a sentence."""
    typed = {
        field.name: field.name in form if field.kind == "flag" else form.get(field.name, "").strip() for field in fields
    }
    changes = differing(application, typed)
    for field in fields:
        if field.kind == "url" and field.name in changes:
            _check_url(field, changes[field.name])
    return _with_needed_uuids(changes, typed)


def settings_asked(form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """What a deployment states of its Application, out of a form in which each field may be left as it is.

    A text that was stated to be empty `before` stays so while nothing is typed. Raises FlowbuilderError.
    """
    stated: dict[str, Any] = {}
    for field in OTHERS:
        typed = form.get(field.name, "").strip()
        if field.kind == "flag":
            if typed in ("on", "off"):
                stated[field.name] = typed == "on"
        elif field.kind == "choice":
            if typed != LEAVE and field.name in form:
                stated[field.name] = typed
        elif typed or before.get(field.name) == "":
            stated[field.name] = typed
    subaccount = stated.get("subaccount")
    if subaccount and not SUBACCOUNT.fullmatch(subaccount):
        raise FlowbuilderError(
            "A subaccount's Auth ID begins with SA and has 20 capital letters and digits. Copy it from Plivo's console."
        )
    checked_settings(stated)
    _refuse_missing_uuids(stated)
    return stated


def stated_values(stated: Mapping[str, Any]) -> dict[str, str]:
    """A deployment's settings as that form shows them; the opposite of `settings_asked`."""
    shown = {}
    for field in OTHERS:
        value = stated.get(field.name)
        empty = "" if field.kind == "text" else LEAVE
        shown[field.name] = empty if value is None else {True: "on", False: "off"}.get(value, str(value))
    return shown


def _check_url(field: ApplicationField, typed: str) -> None:
    if not typed and field.name != "answer_url":
        return
    try:
        parts = urlsplit(typed)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in typed
    except ValueError:
        usable = False
    if not usable:
        raise FlowbuilderError(f"{field.label}: write a whole address, like https://flows.example.com/answer.")


def _with_needed_uuids(changes: dict[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Plivo clears a UUID that the kind of signing in has no use for, and wants the other with it."""
    kind = str(typed.get("sip_auth_type", ""))
    if kind not in SIP_UUIDS:
        raise FlowbuilderError("Choose how callers of the SIP address sign in from the list.")
    _refuse_missing_uuids(typed)
    needed = SIP_UUIDS[kind]
    kept = {name: value for name, value in changes.items() if not name.endswith("_uuid") or name in needed}
    return kept | ({name: typed[name] for name in needed} if "sip_auth_type" in changes else {})


def _refuse_missing_uuids(typed: Mapping[str, Any]) -> None:
    for name in SIP_UUIDS[str(typed.get("sip_auth_type", ""))]:
        if not typed.get(name):
            label = "the address list's UUID" if name == "ip_acl_uuid" else "the credential's UUID"
            raise FlowbuilderError(f"Signing in needs {label}. Copy it from Plivo's console.")

"""The fields of a Plivo Application as a form: which there are, which publishing fills, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from flowbuilder.errors import FlowbuilderError

METHODS = ("POST", "GET")
SIP_AUTH = {
    "": "nobody has to sign in",
    "ip_acl": "by address",
    "credential": "by name and password",
    "ip_acl_and_credential": "by both",
}


@dataclass(frozen=True)
class ApplicationField:
    """One field under Plivo's name for writing; `read_as` is the name under which Plivo shows it."""

    name: str
    label: str
    kind: Literal["url", "method", "flag", "text", "choice"]
    hint: str = ""
    read_as: str = ""

    def value_in(self, application: Mapping[str, Any]) -> Any:
        """What the Application holds: a bool for a flag, text for the rest."""
        value = application.get(self.read_as or self.name)
        return bool(value) if self.kind == "flag" else str(value or "")


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
OTHERS = (
    ApplicationField("default_number_app", "Answers numbers that are rented later", "flag", read_as="default_app"),
    ApplicationField("default_endpoint_app", "Answers SIP endpoints that are made later", "flag"),
    ApplicationField(
        "log_incoming_messages", "Incoming messages are kept whole in Plivo's logs", "flag", "Off masks the sender too."
    ),
    ApplicationField("public_uri", "Anybody may call its SIP address", "flag"),
    ApplicationField("subaccount", "Subaccount", "text", "SA…; empty for the main account.", read_as="sub_account"),
    ApplicationField("sip_auth_type", "Who calls its SIP address signs in", "choice"),
    ApplicationField("ip_acl_uuid", "Address list (UUID)", "text", "From Plivo's console."),
    ApplicationField("credential_uuid", "Credential (UUID)", "text", "From Plivo's console."),
)
# What publishing fills in for a flow of ours, and what stays a setting of its deployment.
ALL = (*URLS, *OTHERS)


def changes_asked(
    form: Mapping[str, str], application: Mapping[str, Any], fields: tuple[ApplicationField, ...]
) -> dict[str, Any]:
    """The fields whose typed value differs from what the Application holds. Raises FlowbuilderError with a sentence."""
    changes: dict[str, Any] = {}
    for field in fields:
        typed: Any = field.name in form if field.kind == "flag" else form.get(field.name, "").strip()
        if typed == field.value_in(application):
            continue
        if field.kind == "url":
            _check_url(field, typed)
        changes[field.name] = typed
    return _with_needed_uuids(changes, form)


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


def _with_needed_uuids(changes: dict[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """Plivo clears a UUID that the kind of signing in has no use for, and wants the other with it."""
    kind = form.get("sip_auth_type", "")
    needed = {"ip_acl": ["ip_acl_uuid"], "credential": ["credential_uuid"]}.get(
        kind, ["ip_acl_uuid", "credential_uuid"] if kind else []
    )
    for name in ("ip_acl_uuid", "credential_uuid"):
        if name not in needed:
            changes.pop(name, None)
        elif not form.get(name, "").strip():
            label = "the address list's UUID" if name == "ip_acl_uuid" else "the credential's UUID"
            raise FlowbuilderError(f"Signing in needs {label}. Copy it from Plivo's console.")
        elif "sip_auth_type" in changes:
            changes[name] = form[name].strip()
    return changes

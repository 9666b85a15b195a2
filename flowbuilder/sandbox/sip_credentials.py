"""The sandbox's SIP credentials, with which an Application can ask callers to sign in (plivo-api.md 2.6)."""

from __future__ import annotations

import re
import uuid

from flowbuilder.sandbox.answers import Answer, created, deleted, found, page
from flowbuilder.sandbox.arguments import Args, Refused, matching, text
from flowbuilder.sandbox.holdings import Holdings, Json

USERNAME = r"[A-Za-z0-9._-]{3,64}"
USERNAME_RULE = "must have 3 to 64 letters, digits, dots, hyphens and underscores"
PASSWORD = r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{12,128}"
MOST = 200


def list_credentials(holdings: Holdings, args: Args) -> Answer:
    documents = holdings.documents.list("credential")
    return page(holdings.uri("SipAuth", "Credential"), args, [_shown(holdings, item) for item in documents])


def create_credential(holdings: Holdings, args: Args) -> Answer:
    """Keeps the username only: nothing here signs in, and no answer ever has the password."""
    username = matching(args, "username", USERNAME, USERNAME_RULE, required=True)
    if not re.fullmatch(PASSWORD, text(args, "password", required=True) or "", re.DOTALL):
        raise Refused(400, "password must have 12 to 128 characters with an upper case letter, a lower one and a digit")
    kept = holdings.documents.list("credential")
    if any(item["username"] == username for item in kept):
        raise Refused(409, "username is taken")
    if len(kept) >= MOST:
        raise Refused(429, f"an account has at most {MOST} credentials")
    document = {"credential_uuid": str(uuid.uuid4()), "username": username, "realm": "app.plivo.com"}
    holdings.documents.put("credential", document["credential_uuid"] or "", document)
    return created(credential_uuid=document["credential_uuid"])


def read_credential(holdings: Holdings, args: Args, credential_uuid: str) -> Answer:
    return found(_shown(holdings, _credential(holdings, credential_uuid)))


def delete_credential(holdings: Holdings, args: Args, credential_uuid: str) -> Answer:
    """Refused while an Application needs it."""
    _credential(holdings, credential_uuid)
    if any(item["credential_uuid"] == credential_uuid for item in holdings.documents.list("application")):
        raise Refused(409, "an application uses this credential")
    holdings.documents.delete("credential", credential_uuid)
    return deleted()


def _credential(holdings: Holdings, credential_uuid: str) -> Json:
    document = holdings.documents.get("credential", credential_uuid)
    if document is None:
        raise Refused(404, "not found")
    return document


def _shown(holdings: Holdings, document: Json) -> Json:
    return {**document, "resource_uri": holdings.uri("SipAuth", "Credential", document["credential_uuid"])}

"""The sandbox's subaccounts (plivo-api.md 5.5), and what one of them sees of the account: only what is its own."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, replace

from flowbuilder.sandbox.answers import Answer, changed, created, deleted, found, page
from flowbuilder.sandbox.arguments import Args, Refused, flag, text
from flowbuilder.sandbox.credentials import make_auth_token
from flowbuilder.sandbox.holdings import Documents, Holdings, Json

OWNED = ("application", "number", "endpoint")


def list_subaccounts(holdings: Holdings, args: Args) -> Answer:
    _refuse_subaccounts(holdings)
    documents = holdings.documents.list("subaccount")
    return page(holdings.uri("Subaccount"), args, [_shown(holdings, item) for item in documents])


def create_subaccount(holdings: Holdings, args: Args) -> Answer:
    """Creates one, which is disabled unless `enabled` is said; its token comes with the answer."""
    _refuse_subaccounts(holdings)
    name = text(args, "name", required=True)
    letters = string.ascii_uppercase + string.digits
    auth_id = "SA" + "".join(secrets.choice(letters) for _ in range(18))
    document = {
        "account": holdings.uri(),
        "auth_id": auth_id,
        "auth_token": make_auth_token(),
        "created": holdings.clock().date().isoformat(),
        "enabled": flag(args, "enabled") is True,
        "modified": None,
        "name": name,
        "new_auth_token": None,
    }
    holdings.documents.put("subaccount", auth_id, document)
    return created(auth_id=auth_id, auth_token=document["auth_token"])


def read_subaccount(holdings: Holdings, args: Args, auth_id: str) -> Answer:
    _refuse_subaccounts(holdings)
    return found(_shown(holdings, _subaccount(holdings, auth_id)))


def update_subaccount(holdings: Holdings, args: Args, auth_id: str) -> Answer:
    _refuse_subaccounts(holdings)
    changes = {"name": text(args, "name"), "enabled": flag(args, "enabled")}
    document = _subaccount(holdings, auth_id) | {key: value for key, value in changes.items() if value is not None}
    holdings.documents.put("subaccount", auth_id, {**document, "modified": holdings.clock().date().isoformat()})
    return changed()


def delete_subaccount(holdings: Holdings, args: Args, auth_id: str) -> Answer:
    """Deletes it; what it has moves to the main account, or goes with it where `cascade` says so.

    A rented number is never given up by this: it moves in both cases.
    """
    _refuse_subaccounts(holdings)
    _subaccount(holdings, auth_id)
    cascade = flag(args, "cascade") is True
    for kind in OWNED:
        for item in holdings.documents.list(kind):
            if item["sub_account"] != auth_id:
                continue
            if cascade and kind != "number":
                holdings.documents.delete(kind, _id_of(kind, item))
            else:
                holdings.documents.put(kind, _id_of(kind, item), {**item, "sub_account": None})
    holdings.documents.delete("subaccount", auth_id)
    return deleted()


def as_subaccount(holdings: Holdings, auth_id: str, auth_token: str) -> Holdings | None:
    """The account as its subaccount sees it; None where id and token are not those of one that is enabled."""
    document = holdings.documents.get("subaccount", auth_id)
    if document is None or not document["enabled"]:
        return None
    if not secrets.compare_digest(str(document["auth_token"]).encode(), auth_token.encode()):
        return None
    return replace(holdings, documents=_Own(holdings.documents, auth_id), auth_id=auth_id)


@dataclass(frozen=True)
class _Own:
    """The documents of one subaccount."""

    documents: Documents
    auth_id: str

    def put(self, kind: str, id: str, document: Json) -> None:
        owner = {"sub_account": self.auth_id} if kind in OWNED else {}
        self.documents.put(kind, id, {**document, **owner})

    def get(self, kind: str, id: str) -> Json | None:
        document = self.documents.get(kind, id)
        return document if document is None or self._is_own(kind, document) else None

    def list(self, kind: str) -> list[Json]:
        return [document for document in self.documents.list(kind) if self._is_own(kind, document)]

    def delete(self, kind: str, id: str) -> bool:
        return self.get(kind, id) is not None and self.documents.delete(kind, id)

    def _is_own(self, kind: str, document: Json) -> bool:
        return kind not in OWNED or document.get("sub_account") == self.auth_id


def _refuse_subaccounts(holdings: Holdings) -> None:
    if holdings.auth_id.startswith("SA"):
        raise Refused(403, "only the main account manages subaccounts")


def _subaccount(holdings: Holdings, auth_id: str) -> Json:
    document = holdings.documents.get("subaccount", auth_id)
    if document is None:
        raise Refused(404, "not found")
    return document


def _id_of(kind: str, document: Json) -> str:
    return str(document["number" if kind == "number" else "app_id" if kind == "application" else "endpoint_id"])


def _shown(holdings: Holdings, document: Json) -> Json:
    return {**document, "resource_uri": holdings.uri("Subaccount", document["auth_id"])}

"""The Plivo accounts that flows may be published on: the environment's or the sandbox, and those added here."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound
from flowbuilder.web.remembered import Remembered
from flowbuilder.web.seal import OTHER_KEY

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flowbuilder.publishing.account import Account
    from flowbuilder.store import PlivoAccountRow, Store
    from flowbuilder.web.seal import Seal

logger = logging.getLogger(__name__)

AUTH_ID = re.compile(r"[MS]A[A-Z0-9]{18}")
TOKEN = re.compile(r"[!-~]{8,200}")
LONGEST_LABEL = 60
MOST_ACCOUNTS = 100

Kind = Literal["sandbox", "environment", "kept"]


@dataclass(frozen=True)
class AccountView:
    """An account as it may be shown; `refusal` says why it cannot be used, where its token does not open."""

    auth_id: str
    label: str
    kind: Kind
    checked_at: datetime | None = None
    author: str = ""
    refusal: str = ""

    @property
    def is_subaccount(self) -> bool:
        return self.auth_id.startswith("SA")


class Accounts:
    """Opens an account by its auth id. Tokens lie sealed in the store, and leave here only to Plivo."""

    def __init__(
        self,
        store: Store,
        seal: Seal,
        default: Account,
        default_tokens: Sequence[str],
        open_account: Callable[[str, str], Account],
    ) -> None:
        """`default_tokens` are the environment's, none where the default account is the sandbox's.

        Seals anew what an older key has sealed.
        """
        self._store = store
        self._kept = store.plivo_accounts
        self._seal = seal
        self.default = default
        self._default_tokens = tuple(default_tokens)
        self._open_account = open_account
        self._opened: dict[str, tuple[str, Account]] = {}
        self._tokens = Remembered(self._read_tokens)
        for row in self._kept.list():
            anew = seal.anew(row.sealed_token)
            if anew is not None:
                self._kept.reseal(row.auth_id, row.sealed_token, anew)

    def get(self, auth_id: str) -> Account:
        """The account, ready to be asked. Raises NotFound, or FlowbuilderError where its token does not open."""
        if auth_id == self.default.auth_id:
            return self.default
        row = self._row(auth_id)
        held = self._opened.get(auth_id)
        if held is not None and held[0] == row.sealed_token:
            return held[1]
        token = self._seal.open(row.sealed_token)
        if token is None:
            raise FlowbuilderError(_sealed_otherwise(row))
        account = self._open_account(auth_id, token)
        self._opened[auth_id] = (row.sealed_token, account)
        return account

    def of(self, flow_id: str, deployment: str = "production") -> Account:
        """The account that a flow's deployment is set to. Raises as `get` does."""
        settings = self._store.deployment_settings.get(flow_id, deployment)
        return self.get(settings.account) if settings is not None and settings.account else self.default

    def has(self, auth_id: str) -> bool:
        """Whether the account is one of ours; asks the store for nothing."""
        return auth_id == self.default.auth_id or auth_id in self._tokens()

    def is_sandbox(self, auth_id: str) -> bool:
        return auth_id == self.default.auth_id and not self._default_tokens

    def list(self) -> builtins.list[AccountView]:
        """The default account first, then those added here by label."""
        default = self.default.auth_id
        return [self.view(default), *(self._view(row) for row in self._kept.list() if row.auth_id != default)]

    def view(self, auth_id: str) -> AccountView:
        """One of them, as it may be shown. Raises NotFound."""
        if self.is_sandbox(auth_id):
            return AccountView(auth_id, "Sandbox", "sandbox")
        if auth_id == self.default.auth_id:
            return AccountView(auth_id, "From the environment", "environment")
        return self._view(self._row(auth_id))

    def tokens(self) -> builtins.list[str]:
        """All of Plivo's tokens that may sign a webhook; the sandbox's own is not among them.

        Asks the store for nothing: what this process changes counts at once, what another does within a minute.
        """
        return [token for tokens in self._tokens().values() for token in tokens]

    def add(self, auth_id: str, token: str, label: str = "", author: str = "") -> dict[str, Any]:
        """Keeps an account once Plivo has accepted its token; gives Plivo's account object.

        Raises FlowbuilderError with a sentence; PlivoRefused where Plivo does not accept it.
        """
        auth_id, token, label = auth_id.strip(), token.strip(), " ".join(label.split())
        self._refuse_odd(auth_id, token, label)
        if auth_id == self.default.auth_id or self._kept.get(auth_id) is not None:
            raise EditRefused(f"The account {auth_id} is here already. Replace its token instead.")
        if len(self._kept.list()) >= MOST_ACCOUNTS:
            raise EditRefused(f"There are {MOST_ACCOUNTS} accounts already. Remove one that nothing uses.")
        found = self._checked(auth_id, token)
        label = label or " ".join(str(found.get("name") or "").split())[:LONGEST_LABEL] or auth_id
        if not self._kept.add(auth_id, label, self._seal.close(token), author):
            raise EditRefused(f"The account {auth_id} has been added by somebody else meanwhile.")
        self._tokens.forget()
        return found

    def replace_token(self, auth_id: str, token: str) -> dict[str, Any]:
        """Keeps a new token once Plivo has accepted it; gives Plivo's account object. Raises as `add` does."""
        row = self._row(auth_id)
        token = token.strip()
        self._refuse_odd(auth_id, token, row.label)
        found = self._checked(auth_id, token)
        if not self._kept.replace_token(auth_id, self._seal.close(token)):
            raise NotFound(_not_here(auth_id))
        self._tokens.forget()
        return found

    def check(self, auth_id: str) -> dict[str, Any]:
        """Plivo's account object, asked for now. Raises as `get` does, and PlivoRefused."""
        found = self.get(auth_id).check_credentials()
        if auth_id != self.default.auth_id:
            self._kept.note_check(auth_id)
        return found

    def remove(self, auth_id: str) -> None:
        """Forgets an account and its token. Refused while a deployment uses it; raises NotFound."""
        row = self._row(auth_id)
        users = self.used_by(auth_id)
        if users:
            more = f" and {len(users) - 3} more" if len(users) > 3 else ""
            raise EditRefused(
                f"{row.label} is used by {', '.join(users[:3])}{more}. Unpublish there or choose another account, "
                "then remove it."
            )
        self._kept.delete(auth_id)
        self._opened.pop(auth_id, None)
        self._tokens.forget()

    def used_by(self, auth_id: str) -> builtins.list[str]:
        """The deployments that are live on the account or set to it, in words: “Clinic”, staging."""
        names = {row.id: row.name for row in self._store.flows.list()}
        live = {(row.flow_id, row.name) for row in self._store.deployments.list() if row.account == auth_id}
        meant = {(row.flow_id, row.name) for row in self._store.deployment_settings.users_of(auth_id)}
        # Settings outlive a deleted flow; they keep nobody from removing the account.
        used = sorted((names[flow_id], name) for flow_id, name in live | meant if flow_id in names)
        return [f"“{flow}”, {name}" for flow, name in used]

    def _row(self, auth_id: str) -> PlivoAccountRow:
        row = self._kept.get(auth_id)
        if row is None:
            raise NotFound(_not_here(auth_id))
        return row

    def _view(self, row: PlivoAccountRow) -> AccountView:
        refusal = "" if self._seal.open(row.sealed_token) is not None else _sealed_otherwise(row)
        return AccountView(row.auth_id, row.label, "kept", row.checked_at, row.author, refusal)

    def _read_tokens(self) -> dict[str, tuple[str, ...]]:
        """By auth id; an account whose token does not open has none."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._kept.list():
            token = self._seal.open(row.sealed_token)
            found[row.auth_id] = () if token is None else (token,)
        default = self.default.auth_id
        return {**found, default: self._default_tokens + found.get(default, ())}

    def _checked(self, auth_id: str, token: str) -> dict[str, Any]:
        with self._open_account(auth_id, token) as account:
            return account.check_credentials()

    def _refuse_odd(self, auth_id: str, token: str, label: str) -> None:
        if not AUTH_ID.fullmatch(auth_id):
            raise FlowbuilderError(
                "An Auth ID begins with MA (a main account) or SA (a subaccount) and has 20 capital letters and "
                "digits. Copy it from the overview of Plivo's console."
            )
        if not TOKEN.fullmatch(token):
            raise FlowbuilderError("Copy the whole Auth Token from Plivo's console, without spaces.")
        if len(label) > LONGEST_LABEL:
            raise FlowbuilderError(f"A label has at most {LONGEST_LABEL} letters.")


def _not_here(auth_id: str) -> str:
    return f"The Plivo account {auth_id[:20]} is not here. Add it on the settings page."


def _sealed_otherwise(row: PlivoAccountRow) -> str:
    return f"The token of {row.label} ({row.auth_id}) {OTHER_KEY} on the settings page."

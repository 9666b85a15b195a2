"""Who answers what in an account: our flows by the Applications that publishing made, others by their names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.account import PlivoEndpoint, PlivoNumber
from flowbuilder.store import PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowbuilder.publishing.account import Account, Page
    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder

MOST_PAGES = 50


@dataclass(frozen=True)
class HolderView:
    """An Application as what answers a number or an endpoint. `flow_id` is None for one that is not ours."""

    app_id: str
    words: str
    flow_id: str | None = None
    is_gone: bool = False


class Holders:
    """The Applications of one account by id; asks Plivo for the names of those that are not ours, each once."""

    def __init__(self, fb: Flowbuilder, account: Account) -> None:
        self._account = account
        self.rows = [row for row in fb.store.deployments.list() if row.account == account.auth_id]
        names = {row.id: row.name for row in fb.store.flows.list()}
        self._known = {row.app_id: _ours(row, names.get(row.flow_id, row.flow_id)) for row in self.rows}

    @property
    def ours(self) -> list[HolderView]:
        """Our flows that are live here, by name."""
        return sorted((one for one in self._known.values() if one.flow_id), key=lambda one: one.words.lower())

    def deployment(self, app_id: str | None) -> DeploymentRow | None:
        """What of ours the Application is for; None where it is not ours."""
        return next((row for row in self.rows if row.app_id == app_id), None)

    def learn(self, applications: Iterable[dict[str, object]]) -> None:
        """Takes the names of Applications that were read anyway."""
        for item in applications:
            app_id = str(item.get("app_id"))
            self._known.setdefault(app_id, HolderView(app_id, str(item.get("app_name") or app_id)))

    def of(self, app_id: str | None) -> HolderView | None:
        """What answers; None for nothing. Raises PlivoRefused."""
        if app_id is None:
            return None
        if app_id not in self._known:
            self._known[app_id] = self._asked(app_id)
        return self._known[app_id]

    def _asked(self, app_id: str) -> HolderView:
        try:
            found = self._account.get_application(app_id)
        except PlivoRefused as refusal:
            if refusal.status != 404:
                raise
            return HolderView(app_id, f"an Application that is gone ({app_id})", is_gone=True)
        return HolderView(app_id, str(found.get("app_name") or app_id))


@dataclass(frozen=True)
class Held:
    """The numbers and endpoints of an account by Application; not `whole` where there were too many to read."""

    numbers: dict[str | None, list[PlivoNumber]]
    endpoints: dict[str | None, list[PlivoEndpoint]]
    whole: bool


def held_by(account: Account, most_pages: int = MOST_PAGES) -> Held:
    """Reads which number and endpoint belongs to which Application; Plivo has no filter for it (plivo-api.md 3.2)."""
    numbers: dict[str | None, list[PlivoNumber]] = defaultdict(list)
    endpoints: dict[str | None, list[PlivoEndpoint]] = defaultdict(list)
    found, all_numbers = _read(account.number_records_page, most_pages)
    for number in map(PlivoNumber.from_json, found):
        numbers[number.application_id].append(number)
    found, all_endpoints = _read(account.endpoints_page, most_pages)
    for endpoint in map(PlivoEndpoint.from_json, found):
        endpoints[endpoint.application_id].append(endpoint)
    return Held(numbers, endpoints, all_numbers and all_endpoints)


def _read(ask: Callable[[dict[str, str]], Page], most_pages: int) -> tuple[list[dict[str, Any]], bool]:
    """The objects of the first pages of a list, and whether that is the whole of it."""
    objects: list[dict[str, Any]] = []
    query: dict[str, str] | None = {}
    for _ in range(most_pages):
        page = ask(query or {})
        objects += page.objects
        query = page.next_query
        if query is None:
            return objects, True
    return objects, False


def _ours(row: DeploymentRow, flow: str) -> HolderView:
    place = "" if row.name == PRODUCTION else f" ({row.name})"
    return HolderView(row.app_id, f"“{flow}”{place}, version {row.version}", row.flow_id)

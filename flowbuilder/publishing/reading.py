"""What has been read of an account so far, so that nothing is asked twice, and nothing that need not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.account import Account, Page, PlivoEndpoint, PlivoNumber
from flowbuilder.publishing.changes import NOTHING, Holder
from flowbuilder.publishing.connection import PAGE_SIZE

Json = dict[str, Any]
Thing = TypeVar("Thing", PlivoNumber, PlivoEndpoint)


class Reading:
    """One look at an account. Make a new one for the next look: what is remembered here grows old."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._applications: dict[str, Json | None] = {}
        self._names: dict[str, str | None] = {}
        self._numbers: dict[str, PlivoNumber | None] = {}
        self._endpoints: dict[str, PlivoEndpoint | None] = {}

    def application(self, app_id: str) -> Json | None:
        """An Application, or None when the account has none of that id."""
        if app_id not in self._applications:
            found = or_none(lambda: self.account.get_application(app_id))
            self._applications[app_id] = found
            self._names[app_id] = _name(found) if found else None
        return self._applications[app_id]

    def applications_named(self, name: str) -> list[Json]:
        """The Applications of exactly this name. A small account is read whole, foreign names and all."""
        page = self.account.applications_page()
        self._remember(page.objects)
        objects = page.objects if page.next_query is None else self.account.list_applications(name_prefix=name)
        return [item for item in objects if item.get("app_name") == name]

    def application_marked(self, mark: str) -> Json | None:
        """The Application whose field `mark` is true (`default_app` ...), if there is one."""
        page = self.account.applications_page()
        objects = page.objects if page.next_query is None else self.account.list_applications()
        self._remember(objects)
        return next((item for item in objects if item.get(mark)), None)

    def holder(self, app_id: str | None) -> Holder:
        if app_id is None:
            return NOTHING
        if app_id not in self._names:
            self.application(app_id)
        return Holder(app_id, self._names[app_id])

    def numbers(self, wanted: Sequence[str]) -> dict[str, PlivoNumber]:
        """Those of the wanted numbers (digits) that the account has."""

        def page(query: Mapping[str, str] | None) -> tuple[Page, list[PlivoNumber]]:
            found = self.account.number_records_page(query)
            return found, [PlivoNumber.from_json(item) for item in found.objects]

        return _found(wanted, self._numbers, page, self.account.get_number, lambda number: number.number)

    def endpoints(self, wanted: Sequence[str]) -> dict[str, PlivoEndpoint]:
        """Those of the wanted SIP endpoints (ids) that the account has."""

        def page(query: Mapping[str, str] | None) -> tuple[Page, list[PlivoEndpoint]]:
            found = self.account.endpoints_page(query)
            return found, [PlivoEndpoint.from_json(item) for item in found.objects]

        return _found(wanted, self._endpoints, page, self.account.get_endpoint, lambda endpoint: endpoint.endpoint_id)

    def _remember(self, objects: Iterable[Json]) -> None:
        for item in objects:
            self._names[str(item.get("app_id"))] = _name(item)


def or_none(read: Callable[[], Any]) -> Any:
    """What `read` gives, or None when the account has no such thing."""
    try:
        return read()
    except PlivoRefused as refusal:
        if refusal.status != 404:
            raise
        return None


def _found(
    wanted: Sequence[str],
    known: dict[str, Thing | None],
    read_page: Callable[[Mapping[str, str] | None], tuple[Page, list[Thing]]],
    read_one: Callable[[str], Thing],
    key: Callable[[Thing], str],
) -> dict[str, Thing]:
    """The wanted things: from the list while that takes fewer requests than asking for each, else one by one."""
    query: Mapping[str, str] | None = None
    pages_left, more = 1, True
    while more and pages_left < sum(item not in known for item in wanted):
        page, things = read_page(query)
        new = {key(thing): thing for thing in things if key(thing) not in known}
        known.update(new)
        query, more = page.next_query, page.next_query is not None and bool(new)
        pages_left = -(-max(page.total - len(known), PAGE_SIZE) // PAGE_SIZE)
    for item in wanted:
        if item not in known:
            known[item] = or_none(partial(read_one, item))
    return {item: thing for item in wanted if (thing := known[item]) is not None}


def _name(application: Json) -> str:
    return str(application.get("app_name") or application.get("app_id"))

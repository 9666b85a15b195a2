"""Plivo's REST API: what an account holds, and what can be done with it (plivo-api.md 1 to 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.connection import PLIVO_API_URL, Connection, Json, Page
from flowbuilder.publishing.records import Offer, PlivoEndpoint, PlivoNumber, application_id_of, digits_of
from flowbuilder.publishing.refusals import AnswerLost

CASCADE = {True: "true", False: "false"}


class Account(Connection):
    """One Plivo account. Every method raises PlivoRefused with a sentence that says what to do.

    What creates is never tried twice, for a lost answer does not mean that nothing was created; see Connection.
    """

    def __enter__(self) -> Account:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check_credentials(self) -> Json:
        """The account's own object, which is the cheapest proof that id and token are right."""
        return self.read("", "the account")

    def applications_page(self, query: Mapping[str, str] | None = None) -> Page:
        """One page of the account's Applications: the first, or the one that `query` asks for."""
        return self.page("Application/", query or {}, "the list of Applications")

    def list_applications(self, name_prefix: str | None = None) -> list[Json]:
        """All Applications, or those whose name begins with `name_prefix`; every page is read."""
        query = {"app_name": name_prefix} if name_prefix else {}
        return self.all_pages("Application/", query, "the list of Applications")

    def get_application(self, app_id: str) -> Json:
        return self.read(f"Application/{_segment(app_id)}/", f"Application {app_id}")

    def create_application(self, fields: Mapping[str, Any]) -> str:
        """Creates an Application and gives its id. Never tried twice; an AnswerLost may have created it."""
        name = f"Application {fields.get('app_name', '')}".strip()
        return str(self.create("Application/", name, dict(fields), "app_id")["app_id"])

    def update_application(self, app_id: str, fields: Mapping[str, Any]) -> None:
        """Changes the fields that are given and no others; an empty string clears a URL."""
        self.request("POST", f"Application/{_segment(app_id)}/", f"Application {app_id}", json=dict(fields))

    def delete_application(self, app_id: str, cascade: bool = False, heir: str | None = None) -> None:
        """Deletes an Application; with `cascade` its SIP endpoints too (Plivo's default, never ours).

        Otherwise they move to the Application `heir`, or lose theirs.
        """
        query = {"cascade": CASCADE[cascade]} | ({"new_endpoint_application": heir} if heir else {})
        self.request("DELETE", f"Application/{_segment(app_id)}/", f"Application {app_id}", params=query)

    def number_records_page(self, query: Mapping[str, str] | None = None) -> Page:
        """One page of the account's numbers as Plivo has them, filtered as it can (plivo-api.md 3.2)."""
        return self.page("Number/", query or {}, "the list of numbers")

    def numbers_page(self, query: Mapping[str, str] | None = None) -> list[PlivoNumber]:
        """One page of the account's numbers: the first, or the one that `query` asks for."""
        return [PlivoNumber.from_json(item) for item in self.number_records_page(query).objects]

    def list_numbers(self) -> list[PlivoNumber]:
        """All numbers of the account; every page is read."""
        return [PlivoNumber.from_json(item) for item in self.all_pages("Number/", {}, "the list of numbers")]

    def get_number(self, number: str) -> PlivoNumber:
        digits = digits_of(number)
        return PlivoNumber.from_json(self.read(f"Number/{digits}/", f"the number +{digits}"))

    def attach_number(self, number: str, app_id: str) -> None:
        """Lets the Application answer the number. Read it back: "changed" has meant nothing before."""
        digits = digits_of(number)
        self.request("POST", f"Number/{digits}/", f"the number +{digits}", json={"app_id": app_id})

    def detach_number(self, number: str) -> None:
        """Leaves the number without an Application (an empty `app_id`; null is known to do nothing)."""
        self.attach_number(number, "")

    def search_numbers(self, country_iso: str, query: Mapping[str, str] | None = None) -> tuple[list[Offer], Page]:
        """Numbers for rent in a country (ISO 3166 alpha-2), filtered as Plivo can (plivo-api.md 3.7); one page."""
        asked = {**(query or {}), "country_iso": country_iso}
        page = self.page("PhoneNumber/", asked, f"numbers for rent in {country_iso}")
        return [Offer.from_json(item) for item in page.objects], page

    def rent_number(self, number: str) -> str:
        """Rents a number, which costs money from now on, and gives its status (`Success` or `pending`).

        Never tried twice: after an AnswerLost look whether the account has the number. It is attached with a request
        of its own, because renting has been seen to forget the Application.
        """
        digits = digits_of(number)
        body = self.create(f"PhoneNumber/{digits}/", f"the number +{digits}", {}, "numbers")
        return str(next((item.get("status") for item in body["numbers"] if isinstance(item, dict)), ""))

    def endpoints_page(self, query: Mapping[str, str] | None = None) -> Page:
        """One page of the account's SIP endpoints as Plivo has them."""
        return self.page("Endpoint/", query or {}, "the list of SIP endpoints")

    def list_endpoints(self) -> list[PlivoEndpoint]:
        """All SIP endpoints of the account; every page is read."""
        found = self.all_pages("Endpoint/", {}, "the list of SIP endpoints")
        return [PlivoEndpoint.from_json(item) for item in found]

    def get_endpoint(self, endpoint_id: str) -> PlivoEndpoint:
        path = f"Endpoint/{_segment(endpoint_id)}/"
        return PlivoEndpoint.from_json(self.read(path, f"the SIP endpoint {endpoint_id}"))

    def create_endpoint(self, username: str, password: str, alias: str, app_id: str = "") -> tuple[str, str]:
        """Creates a SIP endpoint; gives its id and its whole username. Never tried twice."""
        fields = {"username": username, "password": password, "alias": alias, "app_id": app_id}
        body = self.create("Endpoint/", f"the SIP endpoint {username}", fields, "endpoint_id", hidden=password)
        return str(body["endpoint_id"]), str(body.get("username") or username)

    def attach_endpoint(self, endpoint_id: str, app_id: str) -> None:
        """Lets the Application answer the endpoint; an empty `app_id` leaves it without. Read it back."""
        path = f"Endpoint/{_segment(endpoint_id)}/"
        self.request("POST", path, f"the SIP endpoint {endpoint_id}", json={"app_id": app_id})

    def delete_endpoint(self, endpoint_id: str) -> None:
        self.request("DELETE", f"Endpoint/{_segment(endpoint_id)}/", f"the SIP endpoint {endpoint_id}")

    def list_subaccounts(self) -> list[Json]:
        """The account's subaccounts: `auth_id`, `name`, `enabled`. Their tokens, sent along, are left out."""
        found = self.all_pages("Subaccount/", {}, "the list of subaccounts")
        return [{name: item.get(name) for name in ("auth_id", "name", "enabled")} for item in found]


def _segment(identifier: str) -> str:
    """An id that is safe inside a path; anything else cannot be an id of Plivo's."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", identifier):
        raise PlivoRefused(f"'{identifier}' is not an id of Plivo's.", 404)
    return identifier


__all__ = [
    "PLIVO_API_URL",
    "Account",
    "AnswerLost",
    "Offer",
    "Page",
    "PlivoEndpoint",
    "PlivoNumber",
    "application_id_of",
    "digits_of",
]

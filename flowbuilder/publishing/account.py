"""Plivo's REST API over httpx: the only module that talks to it (plivo-api.md 1 to 4)."""

from __future__ import annotations

import random as _random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx

from flowbuilder.errors import FlowbuilderError, PlivoRefused
from flowbuilder.publishing.refusals import AnswerLost, refused, unanswered, unreachable, unreadable

PLIVO_API_URL = "https://api.plivo.com"
PAGE_SIZE = 20
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
BUSY = frozenset({429, 500, 502, 503, 504})

Json = dict[str, Any]


def digits_of(number: str) -> str:
    """A phone number as Plivo's paths want it ('+1 415-555-0000' -> '14155550000')."""
    digits = re.sub(r"[\s().+\-/]", "", number)
    if not re.fullmatch(r"[0-9]{3,15}", digits):
        raise FlowbuilderError(f"'{number}' is not a phone number. Write it with its country code, like +14155550000.")
    return digits


def application_id_of(uri: str | None) -> str | None:
    """The id in an Application's URI ('/v1/Account/MA.../Application/123/' -> '123'), or None."""
    return (uri or "").rstrip("/").rpartition("/")[2] or None


@dataclass(frozen=True)
class PlivoNumber:
    """A rented number: digits only. `application_id` is None when nothing answers it."""

    number: str
    application_id: str | None
    country: str
    type: str
    voice_enabled: bool
    alias: str | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlivoNumber:
        return cls(
            number=str(data.get("number", "")).lstrip("+"),
            application_id=application_id_of(data.get("application")),
            country=str(data.get("country") or ""),
            type=str(data.get("number_type") or data.get("type") or ""),
            voice_enabled=bool(data.get("voice_enabled", True)),
            alias=data.get("alias") or None,
        )


@dataclass(frozen=True)
class Page:
    """One page of a list; `next_query` asks for the page after it and is None on the last one."""

    objects: list[Json]
    next_query: dict[str, str] | None


class Account:
    """One Plivo account. Every method raises PlivoRefused with a sentence that says what to do.

    Reading, changing and deleting are tried again, with growing pauses, when Plivo is busy (429, 5xx) or the
    network fails; creating never is, because a lost answer does not mean that nothing was created.
    """

    def __init__(
        self,
        auth_id: str,
        auth_token: str,
        api_url: str = PLIVO_API_URL,
        transport: httpx.BaseTransport | None = None,
        timeout: float = 10,
        *,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self.auth_id = auth_id
        self._token = auth_token
        self._sleep = sleep
        self._random = random
        self._host = _host_of(api_url)
        self._client = httpx.Client(
            base_url=f"{api_url.rstrip('/')}/v1/Account/{quote(auth_id, safe='')}/",
            auth=(auth_id, auth_token),
            headers={"Accept": "application/json", "User-Agent": "flowbuilder"},
            transport=transport,
            timeout=timeout,
        )

    def __repr__(self) -> str:
        return f"Account({self.auth_id!r})"

    def __enter__(self) -> Account:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def check_credentials(self) -> Json:
        """The account's own object, which is the cheapest proof that id and token are right."""
        return self._read("", "the account")

    def applications_page(self, query: Mapping[str, str] | None = None) -> Page:
        """One page of the account's Applications: the first, or the one that `query` asks for."""
        return self._page("Application/", query or {}, "the list of Applications")

    def list_applications(self, name_prefix: str | None = None) -> list[Json]:
        """All Applications, or those whose name begins with `name_prefix`; every page is read."""
        query = {"app_name": name_prefix} if name_prefix else {}
        return self._all_pages("Application/", query, "the list of Applications")

    def get_application(self, app_id: str) -> Json:
        return self._read(f"Application/{_segment(app_id)}/", f"Application {app_id}")

    def create_application(self, fields: Mapping[str, Any]) -> str:
        """Creates an Application and gives its id. Never tried twice; an AnswerLost may have created it."""
        name = f"Application {fields.get('app_name', '')}".strip()
        body = self._request("POST", "Application/", name, json=dict(fields), repeatable=False)
        if not body.get("app_id"):
            raise unreadable(201, self._host)
        return str(body["app_id"])

    def update_application(self, app_id: str, fields: Mapping[str, Any]) -> None:
        """Changes the fields that are given and no others; an empty string clears a URL."""
        self._request("POST", f"Application/{_segment(app_id)}/", f"Application {app_id}", json=dict(fields))

    def delete_application(self, app_id: str, cascade: bool = False) -> None:
        """Deletes an Application; with `cascade` its SIP endpoints too (Plivo's default, never ours)."""
        query = {"cascade": "true" if cascade else "false"}
        self._request("DELETE", f"Application/{_segment(app_id)}/", f"Application {app_id}", params=query)

    def numbers_page(self, query: Mapping[str, str] | None = None) -> list[PlivoNumber]:
        """One page of the account's numbers: the first, or the one that `query` asks for."""
        page = self._page("Number/", query or {}, "the list of numbers")
        return [PlivoNumber.from_json(item) for item in page.objects]

    def list_numbers(self) -> list[PlivoNumber]:
        """All numbers of the account; every page is read."""
        return [PlivoNumber.from_json(item) for item in self._all_pages("Number/", {}, "the list of numbers")]

    def get_number(self, number: str) -> PlivoNumber:
        digits = digits_of(number)
        return PlivoNumber.from_json(self._read(f"Number/{digits}/", f"the number +{digits}"))

    def attach_number(self, number: str, app_id: str) -> None:
        """Lets the Application answer the number. Read it back: "changed" has meant nothing before."""
        digits = digits_of(number)
        self._request("POST", f"Number/{digits}/", f"the number +{digits}", json={"app_id": app_id})

    def detach_number(self, number: str) -> None:
        """Leaves the number without an Application (an empty `app_id`; null is known to do nothing)."""
        self.attach_number(number, "")

    def _read(self, path: str, subject: str) -> Json:
        return self._request("GET", path, subject)

    def _page(self, path: str, query: Mapping[str, str], subject: str) -> Page:
        body = self._request("GET", path, subject, params={"limit": str(PAGE_SIZE), "offset": "0", **query})
        objects, meta = body.get("objects"), body.get("meta") or {}
        if not isinstance(objects, list):
            raise unreadable(200, self._host)
        following = dict(parse_qsl(urlsplit(str(meta.get("next") or "")).query))
        return Page(objects, {**query, **following} if following and objects else None)

    def _all_pages(self, path: str, query: dict[str, str], subject: str) -> list[Json]:
        objects: list[Json] = []
        asked: list[dict[str, str]] = []
        following: dict[str, str] | None = query
        while following is not None and following not in asked:
            asked.append(following)
            page = self._page(path, following, subject)
            objects += page.objects
            following = page.next_query
        return objects

    def _request(
        self,
        method: str,
        path: str,
        subject: str,
        *,
        json: Json | None = None,
        params: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Json:
        """The decoded body of the answer ({} when it has none); tried again only when `repeatable`."""
        in_doubt = False
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS or not repeatable
            try:
                response = self._client.request(method, path, json=json, params=params)
            except (
                httpx.ConnectError,
                httpx.ConnectTimeout,
                httpx.PoolTimeout,
                ConnectionRefusedError,
            ) as error:
                # Asked twice, not four times: each try may take the whole time-out.
                if last or attempt == 2:
                    raise self._told(unreachable(error, self._host), in_doubt) from None
            except (httpx.RequestError, OSError) as error:
                if last or attempt == 2:
                    raise self._told(unanswered(error, self._host), in_doubt) from None
                in_doubt = method != "GET"
            else:
                if response.status_code not in BUSY or last:
                    gone = method == "DELETE" and in_doubt and response.status_code == 404
                    return {} if gone else self._decoded(response, subject, in_doubt)
                in_doubt = in_doubt or (method != "GET" and response.status_code >= 500)
            self._sleep(self._pause(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, attempt: int) -> float:
        """Seconds to wait after the given attempt: doubled each time, less up to half by chance."""
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * float(2 ** (attempt - 1)))
        return longest * (0.5 + 0.5 * self._random())

    def _decoded(self, response: httpx.Response, subject: str, in_doubt: bool) -> Json:
        try:
            body = response.json() if response.content else None
        except ValueError:
            body = None
        if not response.is_success:
            refusal = refused(response.status_code, body, response.text, subject, self._host)
            raise self._told(refusal, in_doubt)
        if response.status_code == 204:
            return {}
        if not isinstance(body, dict):
            raise unreadable(response.status_code, self._host)
        return body

    def _told(self, refusal: PlivoRefused, in_doubt: bool) -> PlivoRefused:
        """The refusal as the caller gets it: without the token, should an answer have quoted it.

        `in_doubt`: an earlier try may have taken effect, so even a plain no is an AnswerLost.
        """
        sentence = str(refusal).replace(self._token, "…") if self._token else str(refusal)
        kind = AnswerLost if in_doubt else type(refusal)
        return kind(sentence, refusal.status)


def _host_of(api_url: str) -> str:
    """The host that refusals name; raises FlowbuilderError for what is no address of an API."""
    try:
        parts = urlsplit(api_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise FlowbuilderError(f"PLIVO_API_URL is {api_url}. Leave it unset, or set it to an http or https address.")
    return parts.netloc.rpartition("@")[2]


def _segment(identifier: str) -> str:
    """An id that is safe inside a path; anything else cannot be an id of Plivo's."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", identifier):
        raise PlivoRefused(f"'{identifier}' is not the id of a Plivo Application.", 404)
    return identifier


__all__ = ["Account", "AnswerLost", "Page", "PlivoNumber", "application_id_of", "digits_of"]

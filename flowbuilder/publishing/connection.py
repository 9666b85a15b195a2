"""One signed-in connection to Plivo's REST API: asks, pages, tries again where that is safe, says what failed."""

from __future__ import annotations

import random as _random
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


@dataclass(frozen=True)
class Page:
    """One page of a list; `next_query` asks for the page after it, None on the last one; `total` of the whole list."""

    objects: list[Json]
    next_query: dict[str, str] | None
    total: int


class Connection:
    """Asks one account's API. Every method raises PlivoRefused with a sentence that says what to do.

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
        return f"{type(self).__name__}({self.auth_id!r})"

    def close(self) -> None:
        self._client.close()

    def read(self, path: str, subject: str) -> Json:
        return self.request("GET", path, subject)

    def create(self, path: str, subject: str, fields: Json, promised: str, *, hidden: str = "") -> Json:
        """Creates something and gives Plivo's answer, which holds `promised`. Never tried twice."""
        body = self.request("POST", path, subject, json=fields, repeatable=False, hidden=hidden)
        if not body.get(promised):
            raise unreadable(201, self._host)
        return body

    def page(self, path: str, query: Mapping[str, str], subject: str) -> Page:
        body = self.request("GET", path, subject, params={"limit": str(PAGE_SIZE), "offset": "0", **query})
        objects, meta = body.get("objects"), body.get("meta") or {}
        if not isinstance(objects, list):
            raise unreadable(200, self._host)
        following = dict(parse_qsl(urlsplit(str(meta.get("next") or "")).query))
        total = meta.get("total_count")
        more = {**query, **following} if following and objects else None
        return Page(objects, more, total if isinstance(total, int) else len(objects))

    def all_pages(self, path: str, query: dict[str, str], subject: str) -> list[Json]:
        objects: list[Json] = []
        asked: list[dict[str, str]] = []
        following: dict[str, str] | None = query
        while following is not None and following not in asked:
            asked.append(following)
            page = self.page(path, following, subject)
            objects += page.objects
            following = page.next_query
        return objects

    def request(
        self,
        method: str,
        path: str,
        subject: str,
        *,
        json: Json | None = None,
        params: Mapping[str, str] | None = None,
        repeatable: bool = True,
        hidden: str = "",
    ) -> Json:
        """The decoded body of the answer ({} when it has none); tried again only when `repeatable`.

        No refusal quotes what is `hidden`, nor the token.
        """
        try:
            return self._asked(method, path, subject, json, params, repeatable)
        except PlivoRefused as refusal:
            sentence = str(refusal)
            for secret in filter(None, (self._token, hidden)):
                sentence = sentence.replace(secret, "…")
            raise type(refusal)(sentence, refusal.status) from None

    def _asked(
        self,
        method: str,
        path: str,
        subject: str,
        json: Json | None,
        params: Mapping[str, str] | None,
        repeatable: bool,
    ) -> Json:
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
                    raise _told(unreachable(error, self._host), in_doubt) from None
            except (httpx.RequestError, OSError) as error:
                if last or attempt == 2:
                    raise _told(unanswered(error, self._host), in_doubt) from None
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
            raise _told(refusal, in_doubt)
        if response.status_code == 204:
            return {}
        if not isinstance(body, dict):
            raise unreadable(response.status_code, self._host)
        return body


def _told(refusal: PlivoRefused, in_doubt: bool) -> PlivoRefused:
    """The refusal as it is raised: where an earlier try may have taken effect, even a plain no is an AnswerLost."""
    return AnswerLost(str(refusal), refusal.status) if in_doubt else refusal


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

"""The web requests that flows make in mid-call: bounded in time and size, to public addresses only."""

from __future__ import annotations

import json as json_format
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from flowbuilder.web.public_network import Deadline, PublicNetwork, Resolve, Transport, resolve

logger = logging.getLogger(__name__)

SHORTEST_SECONDS, LONGEST_SECONDS = 1.0, 60.0
MOST_BYTES = 256 * 1024
MOST_REDIRECTS = 3
MOST_REASON = 200
USER_AGENT = "Flowbuilder"
# Between sites a redirect keeps what describes the body, and nothing that the flow's author wrote.
KEPT_ELSEWHERE = {"host", "user-agent", "accept-encoding", "connection", "content-type", "content-length"}

# What may go wrong on the way, and with what the other side sends: each is an answer with status 0.
FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.TimeoutException,
    OSError,
    ValueError,
    TypeError,
    RecursionError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back. `status` is 0 where nothing did, for that `reason`; `json` is None where the text is not JSON."""

    status: int
    text: str = ""
    json: Any = None
    reason: str = field(default="", compare=False)


class TooLarge(ValueError):
    """The answer is larger than a call may carry."""


@lru_cache(maxsize=1)
def _ssl_context() -> Any:
    return httpx.create_ssl_context(trust_env=False)


class HttpCalls:
    """A steps.world.WebRequests whose requests really go out. Safe to share between threads."""

    def __init__(
        self,
        allowed_hosts: Iterable[str] = (),
        *,
        resolve: Resolve = resolve,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`allowed_hosts` may be asked although their addresses are not public."""
        self._allowed_hosts = tuple(allowed_hosts)
        self._resolve = resolve
        self._monotonic = monotonic

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float,
    ) -> HttpReply:
        """Makes one request, following up to three redirects; `timeout` (1 to 60 s) is for all of it.

        Never raises: what fails gives status 0.
        """
        seconds = min(max(timeout, SHORTEST_SECONDS), LONGEST_SECONDS)
        deadline = Deadline(seconds, self._monotonic)
        transport = Transport(PublicNetwork(deadline, self._allowed_hosts, self._resolve), _ssl_context())
        own = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", "Connection": "close"}
        try:
            with httpx.Client(transport=transport, trust_env=False, timeout=seconds, headers=own) as client:
                request = client.build_request(
                    method, url, headers=dict(headers), params=_merged(url, query), json=json, data=form
                )
                return _follow(client, request)
        except FAILURES as error:
            # Address and headers may carry a secret, and so may the error's own words: the log names host and kind.
            logger.info("A flow's request to %s failed: %s", _host_of(url), type(error).__name__)
            return HttpReply(0, reason=_reason(error))


def _reason(error: BaseException) -> str:
    """Why nothing came back, for the flow's author. An error's own words may hold the address: few are taken over."""
    # Transport turns httpcore's errors into httpx's, which tell less.
    match error.__cause__ if isinstance(error, httpx.TransportError) and error.__cause__ else error:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | httpcore.UnsupportedProtocol():
            return "The address is none that can be asked. Write it with https:// and a host."
        case httpx.TimeoutException() | httpcore.TimeoutException():
            return "There was no answer in time."
        case TooLarge() | httpx.TooManyRedirects():
            return str(error)
        case httpcore.ConnectError():
            return f"There was no connection: {error}"[:MOST_REASON]
        case httpx.TransportError() | httpcore.NetworkError() | httpcore.ProtocolError():
            return "The connection broke off."
        case _:
            return "The request, or its answer, cannot be read."


def _merged(url: str, query: Mapping[str, str] | None) -> httpx.QueryParams | None:
    """The query in the address and the one beside it, as one (httpx alone would drop the first)."""
    return httpx.URL(url).params.merge(dict(query)) if query else None


def _follow(client: httpx.Client, request: httpx.Request) -> HttpReply:
    for _ in range(MOST_REDIRECTS + 1):
        answer = client.send(request, stream=True)
        try:
            if answer.next_request is None:
                return _reply(answer)
            request = _elsewhere(answer.next_request, request.url)
        finally:
            answer.close()
    raise httpx.TooManyRedirects(f"More than {MOST_REDIRECTS} redirects.")


def _elsewhere(request: httpx.Request, previous: httpx.URL) -> httpx.Request:
    """The redirected request; to another site it goes without the headers that the flow's author wrote."""
    if (request.url.scheme, request.url.netloc) != (previous.scheme, previous.netloc):
        for name in set(request.headers) - KEPT_ELSEWHERE:
            del request.headers[name]
    return request


def _reply(answer: httpx.Response) -> HttpReply:
    body = _decoded(b"".join(_limited(answer.iter_raw())), answer.headers.get("Content-Encoding", ""))
    text = body.decode(_known_encoding(answer.charset_encoding), "replace")
    try:
        parsed = json_format.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    return HttpReply(answer.status_code, text, parsed)


def _limited(parts: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > MOST_BYTES:
            raise TooLarge(f"The answer is larger than {MOST_BYTES // 1024} KB.")
        yield part


def _decoded(body: bytes, encoding: str) -> bytes:
    """The body unpacked, by hand: httpx would unpack a small bomb before its size can be looked at."""
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    if kind not in ("gzip", "x-gzip"):
        raise ValueError(f"The answer is packed as {kind[:20]}, which was not asked for.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    unpacked = unpacker.decompress(body, MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise TooLarge(f"The answer is larger than {MOST_BYTES // 1024} KB.")
    return unpacked


def _known_encoding(name: str | None) -> str:
    try:
        return "utf-8" if name is None else b"".decode(name) or name
    except (LookupError, UnicodeError):
        return "utf-8"


def _host_of(url: str) -> str:
    try:
        return httpx.URL(url).host
    except (httpx.InvalidURL, TypeError):
        return "an address that cannot be read"

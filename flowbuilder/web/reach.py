"""Whether the public URL leads here: asks itself through it, with a nonce that must come back."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from threading import Thread
from typing import TYPE_CHECKING

import httpx
from flask import Blueprint, Response, abort, current_app

from flowbuilder.web.reach_findings import Answer, Finding, explain_answer, explain_failure, praise

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

reach = Blueprint("reach", __name__)

NONCE = re.compile(r"[A-Za-z0-9_-]{22,64}")
MOST_BYTES = 16 * 1024
SECONDS = 10.0


@reach.get("/reach/<nonce>")
def answer(nonce: str) -> Response:
    """Comes back with the nonce and what only this installation can make of it. Open to all; sets no cookie."""
    if not NONCE.fullmatch(nonce):
        abort(404)
    return Response(f"{nonce} {mark_of(nonce)}\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


def mark_of(nonce: str) -> str:
    """The same in every process of this installation, and in no other."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, b"reach " + nonce.encode(), hashlib.sha256).hexdigest()[:40]


def ask_through(
    url: str,
    mark: Callable[[str], str] = mark_of,
    *,
    seconds: float = SECONDS,
    trust: ssl.SSLContext | None = None,
) -> Finding:
    """Asks `url`, a public URL, for a nonce and explains what came of it.

    Goes there and nowhere else: redirects are not followed and no proxy is used. It takes at most about `seconds` and
    reads a few kilobytes. `trust` says which certificates are good; its default are the public authorities.
    """
    nonce = secrets.token_urlsafe(24)
    found: list[Answer | Exception] = []

    def ask() -> None:
        try:
            found.append(_fetch(f"{url}/reach/{nonce}", seconds, trust or httpx.create_ssl_context(trust_env=False)))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            found.append(error)

    # Looking a name up knows no time limit of ours, and each byte that drips in would begin a new one.
    thread = Thread(target=ask, name="reach", daemon=True)
    thread.start()
    thread.join(seconds + 0.5)
    came = found[0] if found else TimeoutError()
    if isinstance(came, Exception):
        return explain_failure(url, came, seconds)
    if came.status == 200 and came.body == f"{nonce} {mark(nonce)}\n":
        return praise(url)
    return explain_answer(url, came, nonce)


def _fetch(url: str, seconds: float, trust: ssl.SSLContext) -> Answer:
    headers = {"Accept": "text/plain", "User-Agent": "flowbuilder", "Accept-Encoding": "identity"}
    with (
        httpx.Client(timeout=seconds, verify=trust, trust_env=False, headers=headers) as client,
        client.stream("GET", url) as response,
    ):
        body = b""
        for chunk in response.iter_raw(4096):
            body += chunk
            if len(body) > MOST_BYTES:
                break
        return Answer(response.status_code, body.decode("utf-8", "replace"), response.headers.get("location", ""))

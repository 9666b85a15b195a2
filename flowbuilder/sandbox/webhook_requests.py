"""Asks our webhooks as Plivo does: form-encoded, signed for the account and the main account (plivo-api.md 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from flowbuilder.protocol.signatures import sign_v2, sign_v3
from flowbuilder.simulator.documents import FetchResult

# Plivo reads no further than 100 KB; a little more shows that there was more.
MOST_BYTES = 200_000

Sign = Callable[[str, str, Mapping[str, str]], dict[str, str]]


class WebhookRequests:
    """Makes signed requests through `transport`. `nonce` gives a fresh string of digits.

    `deliveries` above 1 sends each request so often, as Plivo may after a time-out; the last answer counts.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport,
        auth_token: str,
        nonce: Callable[[], str],
        deliveries: int = 1,
    ) -> None:
        self._client = httpx.Client(transport=transport, headers={"User-Agent": "Plivo-sandbox"}, timeout=40)
        self._token = auth_token
        self._nonce = nonce
        self._deliveries = deliveries

    def fetch(self, method: str, url: str, params: dict[str, str]) -> FetchResult:
        """The answer of a voice webhook, signed V3; status 0 when there was none."""
        return self._fetch(method, url, params, self._sign_v3)

    def fetch_for_message(self, method: str, url: str, params: dict[str, str]) -> FetchResult:
        """The answer of a message webhook, signed V2; status 0 when there was none."""
        return self._fetch(method, url, params, self._sign_v2)

    def _sign_v3(self, method: str, target: str, params: Mapping[str, str]) -> dict[str, str]:
        nonce = self._nonce()
        return _headers("V3", sign_v3(self._token, method, target, nonce, params), nonce)

    def _sign_v2(self, method: str, target: str, params: Mapping[str, str]) -> dict[str, str]:
        nonce = self._nonce()
        return _headers("V2", sign_v2(self._token, target, nonce), nonce)

    def _fetch(self, method: str, url: str, params: Mapping[str, str], sign: Sign) -> FetchResult:
        try:
            for _ in range(self._deliveries - 1):
                self._ask(method, url, params, sign)
            return self._ask(method, url, params, sign)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return FetchResult(0)

    def _ask(self, method: str, url: str, params: Mapping[str, str], sign: Sign) -> FetchResult:
        address = urlsplit(url)._replace(fragment="")
        if method == "GET" and params:
            query = "&".join(part for part in (address.query, urlencode(params)) if part)
            address, params = address._replace(query=query), {}
        target = urlunsplit(address)
        headers = sign(method, target, params)
        with self._client.stream(method, target, data=dict(params) or None, headers=headers) as response:
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    break
            return FetchResult(response.status_code, response.headers.get("Content-Type", ""), body)


def _headers(version: str, signature: str, nonce: str) -> dict[str, str]:
    return {
        f"X-Plivo-Signature-{version}": signature,
        f"X-Plivo-Signature-Ma-{version}": signature,
        f"X-Plivo-Signature-{version}-Nonce": nonce,
    }


class OwnServer(httpx.BaseTransport):
    """Reaches the webhooks of `app` (a WSGI application) inside this process, and nothing else.

    A URL is ours when its path goes on under the path of `public_url` with /v1/flows/; its host does not matter.
    Anything else is refused like a server that is down: the sandbox does not wander about in the network.
    """

    def __init__(self, app: Callable[..., object], public_url: str | Callable[[], str | None] | None = None) -> None:
        """`public_url` may be asked for anew each time, for it can change while we run."""
        self._inside = httpx.WSGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]
        self._public_url = public_url if callable(public_url) else lambda: public_url

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path
        base = urlsplit(self._public_url() or "").path.rstrip("/").encode()
        if base and path.startswith(base + b"/v1/flows/"):
            # A proxy in front of us takes the public URL's own path away.
            path = path[len(base) :]
        if not path.startswith(b"/v1/flows/"):
            raise httpx.ConnectError("The sandbox asks this server's webhooks only.", request=request)
        inner = httpx.Request(
            request.method,
            request.url.copy_with(raw_path=path),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inside.handle_request(inner)

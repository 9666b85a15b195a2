"""Signs and verifies Plivo's webhook signatures V3 and V2 (plivo-api.md, section 7).

Written by hand because the official SDK's verifier crashes on non-ASCII queries, raises where it should
refuse and does not compare in constant time.
"""

from __future__ import annotations

import hmac
from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote_plus

Values = str | int | Sequence[str]
Params = Mapping[str, Values] | Iterable[tuple[str, str]]


def sign_v3(token: str, method: str, url: str, nonce: str, params: Params | None = None) -> str:
    """The V3 signature of a request, in Base64.

    `url` is the public URL as Plivo was given it, query included. `params` are the decoded form fields
    of a POST, as a mapping (lists for repeated names) or as pairs; for a GET they join the query.
    """
    return _signature(token, signed_text(method, url, nonce, params))


def verify_v3(
    tokens: Iterable[str] | str,
    method: str,
    url: str,
    nonce: str | None,
    header: str | None,
    params: Params | None = None,
) -> bool:
    """Whether a signature in the header was made with one of the tokens.

    The header may hold several signatures, parted by commas. Never raises: what cannot be read was not
    signed by Plivo. Takes the same time wherever a signature differs.
    """
    if not nonce or not header or method.upper() not in ("GET", "POST") or not _has_scheme(url):
        return False
    return _matches(tokens, signed_text(method, url, nonce, params), header)


def sign_v2(token: str, url: str, nonce: str) -> str:
    """The V2 signature (messages): the URL without its query, and the nonce."""
    return _signature(token, _to_bytes(_base(url) + nonce))


def verify_v2(tokens: Iterable[str] | str, url: str, nonce: str | None, header: str | None) -> bool:
    """Whether a V2 signature in the header was made with one of the tokens; never raises."""
    if not nonce or not header or not _has_scheme(url):
        return False
    return _matches(tokens, _to_bytes(_base(url) + nonce), header)


def signed_text(method: str, url: str, nonce: str, params: Params | None = None) -> bytes:
    """The bytes that V3 signs, as plivo-api.md 7.2 builds them."""
    address = url.partition("#")[0]
    query = _read_query(address.partition("?")[2])
    fields = _grouped(params)
    text = _base(url)
    if method.upper() == "GET":
        both = _joined({**fields, **query}, "=", "&")
        text += f"?{both}" if both else ""
    else:
        sorted_query = _joined(query, "=", "&")
        if sorted_query or fields:
            text += f"?{sorted_query}"
        if fields:
            # The bare question mark stands even where there is no query; a dot only where there is one.
            text += ("." if sorted_query else "") + _joined(fields, "", "")
    return _to_bytes(f"{text}.{nonce}")


def _matches(tokens: Iterable[str] | str, text: bytes, header: str) -> bool:
    given = [_to_bytes(part.strip()) for part in header.split(",")]
    found = False
    for token in (tokens,) if isinstance(tokens, str) else tokens:
        if not token:
            continue
        wanted = _signature(token, text).encode()
        for signature in given:
            found |= hmac.compare_digest(wanted, signature)
    return found


def _signature(token: str, text: bytes) -> str:
    return b2a_base64(hmac.digest(_to_bytes(token), text, "sha256"), newline=False).decode()


def _base(url: str) -> str:
    """Scheme, host and path exactly as they stand (with port and `;params`); the scheme in lower case."""
    address = url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = address.partition("://")
    return scheme.lower() + mark + rest


def _has_scheme(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))


def _read_query(query: str) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    if not query:
        return pairs
    coded = "%" in query or "+" in query
    for part in query.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        if coded:
            name, value = unquote_plus(name), unquote_plus(value)
        pairs.setdefault(name, []).append(value)
    return pairs


def _grouped(params: Params | None) -> dict[str, list[str]]:
    if not params:
        return {}
    grouped: dict[str, list[str]] = {}
    if isinstance(params, Mapping):
        for name, value in params.items():
            if isinstance(value, str | int):
                grouped[name] = [str(value)]
            else:
                grouped[name] = [str(one) for one in value]
    else:
        for name, single in params:
            grouped.setdefault(name, []).append(str(single))
    return grouped


def _joined(pairs: Mapping[str, list[str]], between: str, after: str) -> str:
    return after.join(f"{name}{between}{value}" for name in sorted(pairs) for value in sorted(pairs[name]))


def _to_bytes(text: str) -> bytes:
    # Lone surrogates cannot be encoded; they can only come from a hostile request, which must not raise.
    return text.encode("utf-8", "surrogatepass")

"""Plivo's webhooks (contract section 8): verify the signature, ask the engine, and always give the caller XML.

They stand before the Flask application and not in it: a caller hears silence while we think, and of what
Flask does for a page (sessions, contexts, headers) a webhook needs nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from werkzeug.wrappers import Request

from flowbuilder.protocol.signatures import verify_v2, verify_v3
from flowbuilder.runtime import apology, empty_response
from flowbuilder.web.answering import Answering, Asked
from flowbuilder.web.programs import is_draft

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.reports import Reports

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
Pairs = list[tuple[str, str]]

FOLDER = "/v1/flows/"
PATH = re.compile(
    r"/v1/flows/(?P<flow>[^/]+)/(?P<version>[^/]+)/"
    r"(?:nodes/(?P<node>[^/]+)(?:/(?P<event>[^/]+))?|(?P<kind>hangup|fallback|message|dial-events))"
)
MOST_BYTES = 1024 * 1024
MOST_FIELDS = 1_000
FORM = "application/x-www-form-urlencoded"

REFUSED = b"The request carries no valid signature of Plivo's.\n"


class Refused(Exception):
    """A request that gets no XML: its status line, and a sentence in plain text."""

    def __init__(self, status: str, sentence: bytes) -> None:
        self.status, self.sentence = status, sentence
        super().__init__(status)


class Webhooks:
    """A WSGI application: answers /v1/flows/..., and leaves every other address to `pages`."""

    def __init__(self, pages: Wsgi, parts: Flowbuilder, reports: Reports) -> None:
        self._pages = pages
        self._parts = parts
        self.reports = reports
        self._answering = Answering(parts, reports)
        self._sandbox_tokens = [parts.sandbox_token]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(FOLDER):
            return self._pages(environ, start_response)
        began = perf_counter()
        match = PATH.fullmatch(path)
        kind = _kind(match)
        status, content_type = "200 OK", "application/xml"
        try:
            body, outcome = self._answer(environ, match)
        except Refused as refused:
            status, content_type, body, outcome = refused.status, "text/plain", refused.sentence, "refused"
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, headers)
        self._parts.figures.count_request(kind, outcome, perf_counter() - began)
        return [body]

    def _answer(self, environ: Environ, match: re.Match[str] | None) -> tuple[bytes, str]:
        """The body, and the outcome for the figures. Raises Refused."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "POST"):
            raise Refused("405 Method Not Allowed", b"Use GET or POST.\n")
        form = _read_form(environ) if method == "POST" else []
        origin = self._parts.public_url or _origin(environ)
        if not self._is_signed(environ, match, origin, form):
            raise Refused("403 Forbidden", REFUSED)
        query = _pairs(_query_string(environ))
        params = dict(query + form)
        try:
            return self._ask(match, origin, dict(query), params)
        except Exception:
            # Whatever it was, the caller is on the line. The traceback holds no token: none is passed down here.
            uuid = params.get("CallUUID", "")
            logger.exception("Call %s: %s failed", uuid, environ["PATH_INFO"])
            self._note_failure(uuid, environ["PATH_INFO"])
            return apology(), "failed"

    def _ask(
        self, match: re.Match[str] | None, origin: str, query: Mapping[str, str], params: Mapping[str, str]
    ) -> tuple[bytes, str]:
        if match is None:
            return apology(), "failed"
        flow_id, version = match["flow"], match["version"]
        base = f"{origin}{FOLDER}{flow_id}/{version}"
        asked = Asked(flow_id, version, base, match["node"] or "", match["event"], query, params)
        match match["kind"]:
            case None:
                body, repeated = self._answering.answer(asked)
                return body, "repeated" if repeated else "answered"
            case "hangup":
                self._answering.hang_up(asked)
            case "dial-events":
                self._answering.note_dial_event(asked)
            case "message":
                return self._answering.answer_message(asked), "answered"
            case "fallback":
                self._answering.note(params.get("CallUUID", ""), {"kind": "fallback"})
                return apology(), "answered"
        return empty_response(), "answered"

    def _is_signed(self, environ: Environ, match: re.Match[str] | None, origin: str, form: Pairs) -> bool:
        drafted = match is not None and is_draft(match["version"])
        tokens = [self._sandbox_tokens] if drafted else [self._parts.accounts.tokens(), self._sandbox_tokens]
        if any(self._verified(environ, match, origin, form, some) for some in tokens if some):
            return True
        # The sandbox may ask by whatever address the editor was opened under; nobody else has its token.
        requested = _origin(environ)
        return requested != origin and self._verified(environ, match, requested, form, self._sandbox_tokens)

    def _verified(
        self, environ: Environ, match: re.Match[str] | None, origin: str, form: Pairs, tokens: list[str]
    ) -> bool:
        query = _query_string(environ)
        url = origin + _raw_path(environ["PATH_INFO"]) + (f"?{query}" if query else "")
        if match is not None and match["kind"] == "message":
            nonce = environ.get("HTTP_X_PLIVO_SIGNATURE_V2_NONCE")
            header = _signatures(environ, "V2")
            return verify_v2(tokens, url, nonce, header)
        nonce = environ.get("HTTP_X_PLIVO_SIGNATURE_V3_NONCE")
        return verify_v3(tokens, environ["REQUEST_METHOD"], url, nonce, _signatures(environ, "V3"), form)

    def _note_failure(self, uuid: str, path: str) -> None:
        try:
            self._answering.note(uuid, {"kind": "failed", "path": path})
        except Exception:
            logger.exception("Call %s: its failure could not be kept", uuid)


def _kind(match: re.Match[str] | None) -> str:
    """What the figures call it."""
    if match is None:
        return "unknown"
    return match["kind"] or ("node" if match["event"] is None else "continuation")


def _signatures(environ: Environ, version: str) -> str:
    """The signatures of the account and of its main account: either may be ours."""
    own = environ.get(f"HTTP_X_PLIVO_SIGNATURE_{version}", "")
    main = environ.get(f"HTTP_X_PLIVO_SIGNATURE_MA_{version}", "")
    return f"{own},{main}" if main else own


def _origin(environ: Environ) -> str:
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST') or environ['SERVER_NAME']}"


def _raw_path(path: str) -> str:
    """PATH_INFO, which is decoded, as it stood in the request. Our own addresses need no quoting at all."""
    return path if path.isascii() and " " not in path else quote(path.encode("latin-1"), safe="/;=,:@!$&'()*+~")


def _query_string(environ: Environ) -> str:
    query: str = environ.get("QUERY_STRING", "")
    return query if query.isascii() else query.encode("latin-1").decode("utf-8", "replace")


def _pairs(text: str) -> Pairs:
    """The decoded fields of a query or a form, as `parse_qsl` gives them but in a third of the time."""
    parts = text.split("&") if text else []
    if len(parts) > MOST_FIELDS:
        raise Refused("400 Bad Request", b"The request has too many fields.\n")
    found = []
    for part in parts:
        if not part:
            continue
        name, _, value = part.partition("=")
        if "%" in part or "+" in part:
            name, value = unquote_plus(name), unquote_plus(value)
        found.append((name, value))
    return found


def _read_form(environ: Environ) -> Pairs:
    """The fields of a posted form. Raises Refused where there is too much of it."""
    content_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise Refused("413 Content Too Large", b"The request is too large.\n")
    if content_type not in ("", FORM):
        asked = Request(environ)
        asked.max_content_length = asked.max_form_memory_size = MOST_BYTES
        return list(asked.form.items(multi=True))
    if length.isdecimal():
        body = environ["wsgi.input"].read(int(length))
    elif environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read(MOST_BYTES + 1)
    else:
        body = b""
    if len(body) > MOST_BYTES:
        raise Refused("413 Content Too Large", b"The request is too large.\n")
    return _pairs(body.decode("utf-8", "replace"))

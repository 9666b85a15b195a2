"""What asking for oneself through the public URL found, in words that say what to do."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

OUR_LOGIN = "Log in to Flowbuilder"
AS_THEY_ARE = "Let the proxy hand /v1/ and /reach/ on to this server, as they are."
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Finding:
    """Whether the nonce came back, what was found, and what to do or to know about it."""

    ok: bool
    sentence: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """An answer that came through the public URL; `location` is where it sends us, if anywhere."""

    status: int
    body: str
    location: str = ""


def praise(url: str) -> Finding:
    """The nonce came back; what may still stand in Plivo's way is said."""
    advice = []
    if url.startswith("http://"):
        advice.append("It is http: what callers say and key in travels unencrypted. Use https as soon as you can.")
    host = urlsplit(url).hostname or ""
    addresses = _addresses(host)
    if addresses and all(address.version == 6 for address in addresses):
        advice.append(
            "It leads to an IPv6 address only, and it is not certain that Plivo can go there. Give the name an IPv4 "
            "address (an A record) as well."
        )
    if addresses and not any(address.is_global for address in addresses):
        advice.append(
            f"Seen from here {host} is an address of this network. Make sure that the name means a public address "
            "elsewhere."
        )
    advice.append("We asked from this machine. A firewall that lets only some callers in must let Plivo in too.")
    return Finding(True, f"{url} leads here.", tuple(advice))


def explain_failure(url: str, error: Exception, seconds: float) -> Finding:
    """Nothing answered: why, and what to do about it."""
    host, port = _host_and_port(url)
    causes = list(_causes(error))
    if any(isinstance(cause, httpx.TimeoutException | TimeoutError) for cause in causes):
        return Finding(
            False,
            f"{host} did not answer within {seconds:g} seconds.",
            (
                f"Open port {port} in the firewall, and forward it to the machine where the proxy runs.",
                "Some routers do not let a machine reach itself by its public address. Then try the address from "
                "another network: it must show “ok” under /healthz.",
            ),
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Finding(
            False,
            f"The name {host} is unknown.",
            ("Check its spelling. A new name takes a while to become known: try again in some minutes.",),
        )
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _explain_tls(cause, url, host, port)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Finding(
            False,
            f"{host} refuses connections on port {port}.",
            (f"Nothing listens there. Start the reverse proxy or the tunnel, or correct the port {port} in the URL.",),
        )
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        advice = "Check that the URL begins as the server speaks: https where it has a certificate, http where not."
        return Finding(False, f"{host} broke the connection off without an answer.", (advice,))
    address = "There is no way from here to its address. " if ":" in host else "There is no way from here to it. "
    advice = "Check this machine's network"
    advice += ", and that it has IPv6; better give Plivo a name with an IPv4 address." if ":" in host else "."
    return Finding(False, f"{host} cannot be reached.", (address + advice,))


def explain_answer(url: str, answer: Answer, nonce: str) -> Finding:
    """Something answered, but not this Flowbuilder: what it was, and what to do about it."""
    path, status = urlsplit(url).path, answer.status
    if 300 <= status < 400:
        return _explain_redirect(url, answer.location)
    if OUR_LOGIN in answer.body:
        sentence = "Flowbuilder's own login page came back."
        advice = f"The proxy passes {path} on to us. Let it take that away first, or write the URL without it."
        if not path:
            advice = f"The proxy asks us for another page than it was asked for. {AS_THEY_ARE}"
    elif answer.body.startswith(nonce):
        sentence = "Another Flowbuilder answers there: it has another database or another secret key."
        advice = "Let the proxy ask this one, or give both the same database and FLOWBUILDER_SECRET_KEY."
    elif status in (401, 403, 407):
        sentence = f"Something before this server asks for a login (status {status})."
        advice = "Let /v1/ and /reach/ pass without it: Plivo has no password there, it signs what it asks."
    elif status in (502, 503, 504):
        sentence = f"The proxy answers, but does not reach this server (status {status})."
        advice = "Check the address and the port that it passes requests to, and that this server listens there."
    elif status == 404:
        sentence = "A server answers there, but knows no such page (status 404)."
        advice = f"Check that the name leads to the proxy before this server. {AS_THEY_ARE}"
        if path:
            advice = f"Check the path {path} in the URL: the proxy must know it, and take it away before it asks us."
    elif status == 200:
        sentence = "Another page came back."
        advice = f"Another site answers under this name. {AS_THEY_ARE}"
    else:
        sentence = f"Something that is not this server answered with status {status}."
        advice = "Look into the log of the proxy before this server."
    return Finding(False, sentence, (advice,))


def _explain_redirect(url: str, location: str) -> Finding:
    to = location[:LONGEST_QUOTE] or "nowhere"
    sentence = f"The URL sends on to {to}."
    there, here = urlsplit(location), urlsplit(url)
    if there.scheme == "https" and here.scheme == "http" and there.hostname == here.hostname:
        return Finding(False, sentence, (f"Write it with https: {url.replace('http://', 'https://', 1)}",))
    if there.hostname and there.hostname != here.hostname and there.path.startswith(f"{here.path}/reach/"):
        return Finding(False, sentence, (f"Write {there.scheme}://{there.netloc}{here.path} as the public URL.",))
    return Finding(
        False,
        sentence,
        ("Plivo needs the answer at the first address. Let the proxy pass /v1/ and /reach/ on without sending away.",),
    )


def _explain_tls(cause: ssl.SSLError, url: str, host: str, port: int) -> Finding:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Finding(
            False,
            f"The certificate of {host} is not trusted: {cause.verify_message.rstrip('.')}.",
            ("Plivo would not trust it either. Get one for this very name from a public authority, with its chain.",),
        )
    plain = url.replace("https://", "http://", 1)
    return Finding(
        False,
        f"{host} speaks no TLS on port {port}.",
        (f"Give the proxy a certificate, or write {plain} if it has none.",),
    )


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return []
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it: httpx wraps what the socket said."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

"""Connections to public addresses only, and only until a deadline: the ground that http_request stands on.

A flow names the hosts it asks, and whoever may edit a flow must not reach through it what only this machine
can reach. So the name is resolved here, every address it has is looked at, and the connection goes to an
address that was looked at: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

Resolve = Callable[[str, int], list[str]]

NAT64 = ipaddress.ip_network("64:ff9b::/96")

# The system's resolver cannot be given a time limit, so it runs aside and is left behind when it is too slow.
_resolvers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolver")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether an IP address is on the open Internet; looks at an IPv4 address inside an IPv6 one too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if any(part is not None and not is_public(str(part)) for part in inside):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Deadline:
    """A moment after which nothing waits any longer. `monotonic` gives seconds."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._at = monotonic() + seconds

    def left(self) -> float:
        """Seconds left; httpcore's timeout when there are none."""
        seconds = self._at - self._monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("The time for this request is over.")
        return seconds


class PublicNetwork(httpcore.NetworkBackend):
    """Connects to public addresses, and to `allowed_hosts` whatever their address; all before `deadline`."""

    def __init__(self, deadline: Deadline, allowed_hosts: Iterable[str], resolve: Resolve = resolve) -> None:
        self._deadline = deadline
        self._allowed = {host.lower() for host in allowed_hosts}
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        refusal: Exception = httpcore.ConnectError(f"{host} has no address.")
        for address in self._addresses(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._deadline.left(), local_address, socket_options or ()
                )
            except httpcore.ConnectError as error:
                refusal = error
            else:
                return TimedStream(stream, self._deadline)
        raise refusal

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = _resolvers.submit(self._resolve, host, port).result(self._deadline.left())
        except TooLate:
            raise httpcore.ConnectTimeout(f"Looking up {host} took too long.") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address.") from error
        if host.lower() not in self._allowed and not all(is_public(address) for address in addresses):
            raise httpcore.ConnectError(
                f"{host} is not on the public Internet, and not among FLOWBUILDER_HTTP_ALLOWED_HOSTS."
            )
        return addresses


class TimedStream(httpcore.NetworkStream):
    """A stream whose every read and write ends with the deadline, however slowly the bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """httpx over a PublicNetwork: one connection per request, none kept."""

    def __init__(self, network: httpcore.NetworkBackend, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context, network_backend=network, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx_errors():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.TransportError(str(error)) from error

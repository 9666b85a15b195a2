"""The test of the public URL: real servers on this machine, each wrong in its own way."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.web.reach import ask_through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from flowbuilder.web.reach_findings import Finding


@contextmanager
def serving(app: Any, context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def saying(status: int, body: str = "", **headers: str) -> Callable[..., Any]:
    @Request.application
    def application(_: Request) -> Response:
        return Response(body, status, headers=headers)

    return application


def asked(url: str, *, mark: Callable[[str], str] = lambda nonce: "ours", **more: Any) -> Finding:
    return ask_through(url, mark, **more)


def without_prefix(app: Flask, prefix: str) -> Callable[..., Any]:
    """A proxy that takes the public URL's own path away."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
        return app(environ, start_response)

    return application


def test_what_comes_back_through_the_url_is_ours(app: Flask) -> None:
    with serving(app) as url, app.app_context():
        finding = ask_through(url)
    assert finding.ok
    assert finding.sentence == f"{url} leads here."
    assert "https" in finding.advice[0]
    assert "address of this network" in finding.advice[1]


def test_a_url_with_a_path_leads_here_when_the_proxy_takes_it_away(app: Flask) -> None:
    with app.app_context():
        with serving(without_prefix(app, "/calls")) as url:
            assert ask_through(f"{url}/calls").ok
        with serving(app) as url:
            finding = ask_through(f"{url}/calls")
    assert not finding.ok
    assert "own login page" in finding.sentence
    assert "/calls" in finding.advice[0]


def test_a_url_that_ends_in_our_login_page_is_told_so(app: Flask) -> None:
    with serving(app) as url, app.app_context():
        finding = ask_through(f"{url}/login")
    assert "own login page" in finding.sentence
    assert "write the URL without it" in finding.advice[0]


def test_another_flowbuilder_is_not_taken_for_this_one(app: Flask) -> None:
    other = create_app(Settings("sqlite://", secret_key="another"))
    with serving(other) as url, app.app_context():
        finding = ask_through(url)
    assert "Another Flowbuilder" in finding.sentence
    twin = create_app(Settings("sqlite://", secret_key="for tests"))
    with serving(twin) as url, app.app_context():
        assert ask_through(url).ok


def test_the_nonce_is_open_to_all_and_sets_no_cookie(stranger: Any) -> None:
    answer = stranger.get("/reach/" + "n" * 32)
    assert answer.status_code == 200
    assert answer.text.startswith("n" * 32 + " ")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert stranger.get("/reach/short").status_code == 404
    assert stranger.get("/reach/" + "<b>" * 12).status_code == 404


@pytest.mark.parametrize(
    ("status", "body", "headers", "says", "advises"),
    [
        (200, "<h1>Welcome to nginx</h1>", {}, "Another page came back", "as they are"),
        (200, "", {}, "Another page came back", "as they are"),
        (401, "Who are you?", {}, "asks for a login", "without it"),
        (403, "no", {}, "asks for a login", "without it"),
        (404, "no", {}, "knows no such page", "leads to the proxy"),
        (502, "<h1>Bad Gateway</h1>", {}, "does not reach this server", "port"),
        (418, "tea", {}, "status 418", "log of the proxy"),
        (200, "<title>Log in to Flowbuilder</title>", {}, "own login page", "another page than it was asked for"),
        (302, "", {"Location": "https://login.example.test/?next=x"}, "sends on to https://login", "without sending"),
        (301, "", {"Location": "https://127.0.0.1/reach/n"}, "sends on to https://127.0.0.1", "Write it with https"),
        (301, "", {"Location": "https://www.example.test/reach/n"}, "sends on", "Write https://www.example.test as"),
        (302, "", {}, "sends on to nowhere", "without sending"),
    ],
)
def test_what_answers_in_our_place_is_explained(
    status: int, body: str, headers: dict[str, str], says: str, advises: str
) -> None:
    with serving(saying(status, body, **headers)) as url:
        finding = asked(url)
    assert not finding.ok
    assert says in finding.sentence
    assert advises in finding.advice[0]


def test_a_redirect_is_not_followed() -> None:
    followed: list[str] = []

    @Request.application
    def elsewhere(request: Request) -> Response:
        followed.append(request.path)
        return Response("here")

    with serving(elsewhere) as other, serving(saying(302, "", Location=f"{other}/reach/x")) as url:
        assert not asked(url).ok
    assert followed == []


def test_a_port_where_nothing_listens_refuses() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        finding = asked(f"http://127.0.0.1:{port}")
    assert finding.sentence == f"127.0.0.1 refuses connections on port {port}."


def test_a_name_that_is_none_is_unknown() -> None:
    assert asked("https://flows.nothing.invalid").sentence == "The name flows.nothing.invalid is unknown."


def test_an_answer_that_takes_too_long_is_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        finding = asked(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.2)
    assert "within 0.2 seconds" in finding.sentence


def test_an_answer_that_drips_in_is_not_waited_for() -> None:
    def dripping(listening: socket.socket) -> None:
        accepted, _ = listening.accept()
        with accepted, suppress(OSError):
            while not over.wait(0.05):
                accepted.sendall(b"X")

    over = threading.Event()
    with socket.socket() as slow:
        slow.bind(("127.0.0.1", 0))
        slow.listen()
        thread = threading.Thread(target=dripping, args=(slow,), daemon=True)
        thread.start()
        finding = asked(f"http://127.0.0.1:{slow.getsockname()[1]}", seconds=0.3)
        over.set()
        thread.join()
    assert "within 0.3 seconds" in finding.sentence


def test_an_endless_answer_is_cut_off() -> None:
    sent: list[int] = []

    def endless(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        for number in range(1_000_000):
            sent.append(number)
            yield b"x" * 1024

    began = time.monotonic()
    with serving(endless) as url:
        assert "Another page" in asked(url).sentence
    assert len(sent) < 100_000
    assert time.monotonic() - began < 10


def test_a_server_that_hangs_up_is_explained() -> None:
    with socket.socket() as rude:
        rude.bind(("127.0.0.1", 0))
        rude.listen()
        thread = threading.Thread(target=lambda: rude.accept()[0].close(), daemon=True)
        thread.start()
        finding = asked(f"http://127.0.0.1:{rude.getsockname()[1]}")
        thread.join()
    assert "broke the connection off" in finding.sentence or "cannot be reached" in finding.sentence


def test_a_certificate_that_nobody_trusts_is_explained(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with serving(saying(200), context) as url:
        finding = asked(url)
        assert "certificate of 127.0.0.1 is not trusted: self-signed certificate" in finding.sentence
        assert "Another page" in asked(url, trust=trusted).sentence
        name = url.replace("127.0.0.1", "localhost")
        assert "not trusted" in asked(name, trust=trusted).sentence


def test_https_where_none_is_spoken_is_explained() -> None:
    with serving(saying(200)) as url:
        finding = asked(url.replace("http://", "https://"))
    assert "speaks no TLS" in finding.sentence
    assert url in finding.advice[0]


def test_an_ipv6_host_is_asked_as_it_is_written() -> None:
    with socket.socket(socket.AF_INET6) as unused:
        try:
            unused.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6 address of its own")
        port = unused.getsockname()[1]
        finding = asked(f"http://[::1]:{port}")
    assert finding.sentence == f"::1 refuses connections on port {port}."


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that it signs itself: for the server, and as a file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, ssl.create_default_context(cafile=path)

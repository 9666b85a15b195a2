"""Web requests in mid-call: bounded in time and size, public addresses only, and never an exception."""

from __future__ import annotations

import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.web.http_calls import MOST_BYTES, HttpCalls
from flowbuilder.web.public_network import is_public

FLOOD = 50 * 1024 * 1024
CHUNK = b"0" * (64 * 1024)


class Site(BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        path = self.path.partition("?")[0]
        if path == "/json":
            self.say(200, b'{"name": "Ada", "n": 1}', {"Content-Type": "application/json"})
        elif path == "/text":
            self.say(404, "caf\xe9".encode("latin-1"), {"Content-Type": "text/plain; charset=iso-8859-1"})
        elif path == "/gzip":
            self.say(200, gzip.compress(b"[1]"), {"Content-Encoding": "gzip"})
        elif path == "/bomb":
            self.say(200, gzip.compress(b"0" * (MOST_BYTES * 100)), {"Content-Encoding": "gzip"})
        elif path == "/odd":
            self.say(200, b"x", {"Content-Encoding": "br"})
        elif path == "/large":
            self.say(200, b"0" * (MOST_BYTES + 1), {})
        elif path.startswith("/hop/"):
            left = int(path.rpartition("/")[2])
            self.say(302, b"", {"Location": f"/hop/{left - 1}" if left else "/json"})
        elif path == "/away":
            self.say(307, b"", {"Location": f"http://elsewhere.test:{self.server.server_port}/json"})
        elif path == "/inward":
            self.say(302, b"", {"Location": f"http://inside.test:{self.server.server_port}/json"})
        elif path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                if self.server.stopped.wait(0.05):
                    return
                self.wfile.write(b"X: y\r\n")
        elif path == "/silent":
            self.server.stopped.wait(60)
        elif path == "/broken":
            self.say(200, b'{"name": "Ada", ', {"Content-Type": "application/json"})
        elif path == "/flood":
            self.send_response(200)
            self.send_header("Content-Length", str(FLOOD))
            self.end_headers()
            for _ in range(FLOOD // len(CHUNK)):
                try:
                    self.server.sent += self.wfile.write(CHUNK)
                except OSError:
                    break
            self.server.flooded.set()
        elif path == "/home":
            self.say(302, b"", {"Location": f"http://127.0.0.1:{self.server.server_port}/json"})
        elif path == "/garbage":
            self.wfile.write(b"not http at all\r\n\r\n")
            self.close_connection = True

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def say(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    """A web site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.asked, server.stopped = [], threading.Event()
    server.sent, server.flooded = 0, threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stopped.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(site):
    """Asks the site; its name is allowed, other names lead there as well but are not."""
    calls = HttpCalls(["site.test", "Elsewhere.test"], resolve=lambda host, port: ["127.0.0.1"])

    def ask(path, method="GET", host="site.test", **request):
        url = f"http://{host}:{site.server_port}{path}"
        return calls.http(method, url, **{"headers": {}, "timeout": 5, **request})

    return ask


def test_an_answer_has_status_text_and_json(ask):
    reply = ask("/json")
    assert (reply.status, reply.text, reply.json) == (200, '{"name": "Ada", "n": 1}', {"name": "Ada", "n": 1})


def test_another_encoding_and_no_json(ask):
    reply = ask("/text")
    assert (reply.status, reply.text, reply.json) == (404, "café", None)


def test_query_form_json_and_headers_are_sent(ask, site):
    ask("/json?a=1", query={"b": "2 &"})
    ask("/json", "POST", form={"x": "é"})
    ask("/json", "PUT", json={"n": 1}, headers={"X-Key": "k"})
    (_, get, _, _), (_, _, posted, form), (method, _, put, body) = site.asked
    assert get == "/json?a=1&b=2+%26"
    assert (posted["Content-Type"], form) == ("application/x-www-form-urlencoded", "x=%C3%A9")
    assert (method, put["X-Key"], json.loads(body)) == ("PUT", "k", {"n": 1})


def test_three_redirects_are_followed_and_no_more(ask):
    assert ask("/hop/2").json == {"name": "Ada", "n": 1}
    assert ask("/hop/3").status == 0


def test_to_another_site_a_redirect_takes_no_headers_along(ask, site):
    reply = ask("/away", "POST", form={"x": "1"}, headers={"X-Key": "k", "Authorization": "secret"})
    assert reply.status == 200
    _, _, headers, body = site.asked[-1]
    assert "X-Key" not in headers
    assert "Authorization" not in headers
    assert body == "x=1"


def test_a_host_that_is_not_public_is_not_asked_even_by_redirect(ask, site):
    assert ask("/json", host="inside.test").status == 0
    assert ask("/json", host="127.0.0.1").status == 0
    assert site.asked == []
    assert ask("/inward").status == 0
    assert [path for _, path, _, _ in site.asked] == ["/inward"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(site):
    calls = HttpCalls([], resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])
    assert calls.http("GET", f"http://x.test:{site.server_port}/json", headers={}, timeout=1).status == 0


def test_the_connection_goes_to_the_address_that_was_checked(site):
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    HttpCalls(["site.test"], resolve=rebinding).http(
        "GET", f"http://site.test:{site.server_port}/json", headers={}, timeout=2
    )
    assert asked == ["site.test"]
    assert len(site.asked) == 1


@pytest.mark.parametrize("path", ["/large", "/bomb", "/odd", "/garbage"])
def test_what_is_too_large_or_unreadable_fails(ask, path):
    assert ask(path).status == 0


@pytest.mark.parametrize(
    ("path", "host", "words"),
    [
        ("/large", "site.test", "larger than 256 KB"),
        ("/hop/4", "site.test", "More than 3 redirects"),
        ("/inward", "site.test", "inside.test is not on the public Internet"),
        ("/json", "inside.test", "FLOWBUILDER_HTTP_ALLOWED_HOSTS"),
        ("/odd", "site.test", "cannot be read"),
        ("/garbage", "site.test", "broke off"),
    ],
)
def test_the_author_is_told_why_there_is_no_answer(ask, path, host, words):
    reply = ask(f"{path}?key=hidden", host=host, headers={"X-Key": "hidden"})
    assert words in reply.reason
    assert "hidden" not in reply.reason
    assert ask("/json").reason == ask("/text").reason == ""


def test_what_is_too_late_or_no_address_is_told_as_such(ask):
    assert ask("/silent", timeout=0).reason == "There was no answer in time."
    assert "https://" in HttpCalls([]).http("GET", "ftp://x.test/", headers={}, timeout=1).reason


def test_gzip_is_unpacked(ask):
    assert ask("/gzip").json == [1]


def test_a_site_that_drips_is_left_at_the_deadline(ask):
    began = time.monotonic()
    assert ask("/drip", timeout=0).status == 0  # a second at least
    assert time.monotonic() - began < 2.5


def test_a_site_that_says_nothing_is_left_at_the_deadline(ask, site):
    began = time.monotonic()
    assert ask("/silent", timeout=1.0).status == 0
    assert time.monotonic() - began < 5
    assert [path for _, path, _, _ in site.asked] == ["/silent"]


def test_of_fifty_megabytes_little_is_taken(ask, site):
    assert ask("/flood").status == 0
    assert site.flooded.wait(60)
    assert site.sent < FLOOD / 5


def test_a_redirect_to_this_machine_is_not_followed(ask, site):
    assert ask("/home").status == 0
    assert [path for _, path, _, _ in site.asked] == ["/home"]


def test_broken_json_is_an_answer_with_its_text_and_no_json(ask):
    reply = ask("/broken")
    assert (reply.status, reply.text, reply.json) == (200, '{"name": "Ada", ', None)


def test_a_resolver_that_hangs_is_left_at_the_deadline():
    released = threading.Event()
    calls = HttpCalls([], resolve=lambda host, port: released.wait(10) and [])
    assert calls.http("GET", "http://slow.test/", headers={}, timeout=1).status == 0
    released.set()


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://x.test/", "http://", "http://[::1/", "http://x.test:99999/", "file:///etc/passwd", "//x"],
)
def test_what_is_no_web_address_fails(url):
    calls = HttpCalls([], resolve=lambda host, port: [])
    assert calls.http("GET", url, headers={}, timeout=1).status == 0


@pytest.mark.parametrize("headers", [{"X-Bad": "a\r\nX-Evil: 1"}, {"X Bad": "a"}, {"": "a"}, {"X": "☎"}])
def test_headers_that_cannot_be_sent_fail(ask, site, headers):
    reply = ask("/json", headers=headers)
    assert reply.status == 0 or "X-Evil" not in site.asked[-1][2]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "not an address",
    ],
)
def test_addresses_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_as_public_inside_ipv6_as_alone(address):
    packed = int(address)
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    assert is_public(f"64:ff9b::{packed >> 16:x}:{packed & 0xFFFF:x}") == is_public(str(address))


@given(st.text(max_size=60))
def test_no_address_raises(text):
    calls = HttpCalls([], resolve=lambda host, port: [])
    assert calls.http("GET", text, headers={}, timeout=1).status == 0

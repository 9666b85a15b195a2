"""Who may open the pages: a one-time token in the address, then a signed cookie (as Jupyter does it).

The address that the server prints carries a token. Opening it once logs that browser in; the token is
then spent and a new one is made and announced, so that there is always one, and never an old one, with
which another browser can log in. Plivo's webhooks are let in by their signatures instead, the sandbox's
REST API by its own credentials, and the static files hold nothing to hide.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
import secrets
from collections.abc import Callable
from threading import Lock
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Request, abort, redirect, render_template, request, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as AnyResponse

from flowbuilder.web import current

access = Blueprint("access", __name__)

OPEN_PATHS = ("/healthz", "/favicon.ico", "/robots.txt")
OPEN_FOLDERS = ("/v1/", "/reach/", "/sandbox/v1/", "/static/")
LOGIN_ENDPOINTS = ("access.login_page", "access.log_in")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
FORWARDING_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip")
WRONG_TOKEN = "This address has been used already, or is from an earlier start."


class Login:
    """The one token that can be used now. Safe to share between threads."""

    def __init__(
        self,
        token: str | None = None,
        announce: Callable[[str], None] = lambda token: None,
        make_token: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        """`announce` is told each token that follows the first one."""
        self._make_token = make_token
        self._announce = announce
        self._lock = Lock()
        self.token = token or make_token()

    def redeem(self, offered: str) -> bool:
        """Whether `offered` is the token. If so it is spent, and the next one is announced."""
        with self._lock:
            if not hmac.compare_digest(offered.encode(), self.token.encode()):
                return False
            self.token = self._make_token()
            self._announce(self.token)
            return True


class SessionCookie(SecureCookieSessionInterface):
    """Flask's signed cookie; marked Secure wherever it travels over the public https address."""

    def get_cookie_secure(self, app: Flask) -> bool:
        public_url = current().public_url or ""
        return public_url.startswith("https://") and not _asked_on_this_machine(request)


def guard() -> AnyResponse | tuple[str, int] | None:
    """Before every request: lets in who is logged in or needs no login; checks the CSRF token."""
    path = request.path
    if path.startswith(OPEN_FOLDERS) or path in OPEN_PATHS:
        return None
    if path == "/metrics" and _asked_on_this_machine(request):
        return None
    if request.method == "GET" and "token" in request.args:
        return _log_in_by_address(request.args["token"])
    if not session.get("logged_in") and request.endpoint not in LOGIN_ENDPOINTS:
        if _wants_page():
            return _login_page(401)
        abort(401, "You are not logged in. Load the page again to log in.")
    if request.method not in SAFE_METHODS and not _csrf_token_matches():
        abort(403, "This page is out of date. Load it again, then repeat what you did.")
    return None


def csrf_token() -> str:
    """The session's CSRF token, made when first asked for. Forms send it back as `csrf_token`."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


@access.get("/login")
def login_page() -> AnyResponse | tuple[str, int]:
    if session.get("logged_in"):
        return redirect(_local_path(request.args.get("next", "/")))
    return _login_page(200)


@access.post("/login")
def log_in() -> AnyResponse | tuple[str, int]:
    token = _token_in(request.form.get("token", "").strip())
    if not current().login.redeem(token):
        return _login_page(401, WRONG_TOKEN)
    _open_session()
    return redirect(_local_path(request.form.get("next", "/")), 303)


@access.post("/logout")
def log_out() -> AnyResponse | tuple[str, int]:
    session.clear()
    return redirect("/login", 303)


def _log_in_by_address(token: str) -> AnyResponse | tuple[str, int]:
    """Logs in with the token in the address, then goes to the same address without it."""
    if not session.get("logged_in"):
        if not current().login.redeem(token):
            return _login_page(401, WRONG_TOKEN)
        _open_session()
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "token"]
    query = "?" + urlencode(rest) if rest else ""
    return redirect(_local_path(request.path) + query)


def _open_session() -> None:
    session.clear()
    session["logged_in"] = True
    csrf_token()
    session.permanent = True


def _login_page(status: int, refusal: str = "") -> tuple[str, int]:
    here = request.form.get("next") or request.args.get("next") or request.path
    return render_template("access/login.html", next=_local_path(here), refusal=refusal), status


def _csrf_token_matches() -> bool:
    offered = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    kept = str(session.get("csrf", ""))
    return bool(kept) and hmac.compare_digest(offered.encode(), kept.encode())


def _local_path(path: str) -> str:
    """`path` if it leads to a page of ours, else the home page: a login never leads away from here."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or path.partition("?")[0] == "/login":
        return "/"
    return "/" if re.search(r"[\x00-\x20\\]", path) else path


def _token_in(text: str) -> str:
    """The token itself, where the whole address that holds it was pasted."""
    found = re.search(r"[?&]token=([\w-]+)", text)
    return found[1] if found else text


def _wants_page() -> bool:
    return request.method == "GET" and "HX-Request" not in request.headers and accepts_html(request)


def accepts_html(asked: Request) -> bool:
    """Whether who asks would rather read a page than JSON."""
    accepted = asked.accept_mimetypes
    return not accepted or accepted["text/html"] >= accepted["application/json"]


def _asked_on_this_machine(asked: Request) -> bool:
    """Whether a program on this machine asks for itself, and not a proxy for someone else."""
    if any(header in asked.headers for header in FORWARDING_HEADERS):
        return False
    host = urlsplit(f"//{asked.host}").hostname or ""
    return _is_loopback(asked.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class TokenMask(logging.Filter):
    """Blanks login tokens in what a server's access log says about an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "token=" in message:
            record.msg, record.args = re.sub(r"(token=)[^&\s\"']+", r"\1...", message), None
        return True


def protect(app: Flask) -> None:
    """Joins the login to `app`: its pages, the guard before each request, the cookie, the log mask."""
    app.session_interface = SessionCookie()
    app.register_blueprint(access)
    app.before_request(guard)
    app.jinja_env.globals["csrf_token"] = csrf_token
    mask = TokenMask()
    for name in ("werkzeug", "granian.access"):
        logging.getLogger(name).addFilter(mask)

"""create_app(): joins the parts into one Flask application."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

import httpx
from flask import Flask, Response

from flowbuilder import places
from flowbuilder.config import Settings
from flowbuilder.publishing.account import Account
from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.calls import Switchboard
from flowbuilder.sandbox.credentials import make_auth_id, make_auth_token
from flowbuilder.sandbox.faults import Faults
from flowbuilder.sandbox.rate_limit import RateLimit
from flowbuilder.sandbox.webhook_requests import OwnServer
from flowbuilder.steps.world import WebRequests
from flowbuilder.store import open_store, utc_now
from flowbuilder.web import EXTENSION, Flowbuilder, wording
from flowbuilder.web.access import Login, protect
from flowbuilder.web.accounts import Accounts
from flowbuilder.web.calls import calls
from flowbuilder.web.comparing import comparing
from flowbuilder.web.deployments import deployments
from flowbuilder.web.drift import drift
from flowbuilder.web.drifting import DriftBoard
from flowbuilder.web.editor import editor
from flowbuilder.web.errors import answer_errors
from flowbuilder.web.expression_help import expression_help
from flowbuilder.web.figures import Figures
from flowbuilder.web.flows import flows
from flowbuilder.web.health import health
from flowbuilder.web.holiday_import import holiday_import
from flowbuilder.web.http_calls import HttpCalls
from flowbuilder.web.languages import languages
from flowbuilder.web.marking import marking
from flowbuilder.web.opening import opening
from flowbuilder.web.people import person
from flowbuilder.web.phone import phone
from flowbuilder.web.plivo_applications import plivo_applications
from flowbuilder.web.plivo_endpoints import plivo_endpoints
from flowbuilder.web.plivo_numbers import plivo_numbers
from flowbuilder.web.programs import Programs
from flowbuilder.web.pruning import pruning
from flowbuilder.web.public_address import PublicAddress
from flowbuilder.web.publishing import publishing
from flowbuilder.web.quick_publishing import quick_publishing
from flowbuilder.web.reach import reach
from flowbuilder.web.reading_aids import reading_aids
from flowbuilder.web.record import record
from flowbuilder.web.reports import Reports
from flowbuilder.web.reviewing import reviewing
from flowbuilder.web.seal import Seal, seal_keys
from flowbuilder.web.secrets import secrets as secrets_screen
from flowbuilder.web.settings import settings as settings_screen
from flowbuilder.web.static_files import serve_static_files
from flowbuilder.web.texting import texting
from flowbuilder.web.together import together
from flowbuilder.web.variables import Variables
from flowbuilder.web.vault import Vault
from flowbuilder.web.versions import versions
from flowbuilder.web.webhooks import Webhooks

MAX_REQUEST_BYTES = 24 * 1024 * 1024
SESSION_SECONDS = 30 * 24 * 3600
SCREENS = (
    calls,
    comparing,
    deployments,
    drift,
    editor,
    expression_help,
    flows,
    health,
    holiday_import,
    languages,
    marking,
    opening,
    phone,
    plivo_applications,
    plivo_endpoints,
    plivo_numbers,
    pruning,
    publishing,
    quick_publishing,
    reach,
    reading_aids,
    record,
    reviewing,
    secrets_screen,
    settings_screen,
    texting,
    together,
    versions,
)
FILTERS = ("ago", "exact", "plural", "phone_number", "listed", "clock")
SANDBOX = "/sandbox"

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; media-src https:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    login: Login | None = None,
    services: WebRequests | None = None,
    plivo: httpx.BaseTransport | None = None,
) -> Flask:
    """The application that `settings` describe; opens the store (and migrates its database).

    `login` holds the one-time token; its default announces to nobody. `services` is what steps may ask of
    the world in mid-call; its default makes real web requests. `plivo` carries the requests to Plivo's REST API; its
    default is the network.
    """
    store = open_store(settings.database_url, clock=clock)
    app = Flask(__name__, static_folder=None, template_folder=places.templates_folder())
    _configure(app, settings.secret_key or store.secrets.get_or_create("session_key", _make_key))
    serve_static_files(app, places.static_folder())
    protect(app)
    answer_errors(app)
    app.after_request(_add_headers)
    _add_screens(app)

    auth_id = store.secrets.get_or_create("sandbox_auth_id", make_auth_id)
    auth_token = store.secrets.get_or_create("sandbox_auth_token", make_auth_token)
    address = PublicAddress(store, settings)
    own_server = OwnServer(app, address.url)
    switchboard = Switchboard(store, own_server, auth_id, auth_token, clock)
    if settings.uses_sandbox:
        api = sandbox_api(store, auth_id, auth_token, switchboard, Faults(), clock=clock, rate_limit=RateLimit())
        app.register_blueprint(api, url_prefix=SANDBOX)
    seal = Seal(seal_keys(settings))
    account = _account(app, settings, auth_id, auth_token, plivo)
    parts = Flowbuilder(
        settings=settings,
        store=store,
        account=account,
        accounts=Accounts(
            store,
            seal,
            account,
            _environment_tokens(settings),
            lambda auth_id, token: Account(auth_id, token, settings.plivo_api_url, plivo),
        ),
        address=address,
        switchboard=switchboard,
        sandbox_token=auth_token,
        programs=Programs(store),
        seal=seal,
        vault=Vault(store, seal),
        services=services or HttpCalls(settings.http_allowed_hosts),
        login=login or Login(),
        figures=Figures(),
        drifts=DriftBoard(),
        variables=Variables(store),
        clock=clock,
    )
    app.extensions[EXTENSION] = parts
    app.wsgi_app = Webhooks(app.wsgi_app, parts, Reports(parts.services))  # type: ignore[method-assign]
    return app


def _add_screens(app: Flask) -> None:
    for name in FILTERS:
        app.jinja_env.filters[name] = getattr(wording, name)
    app.jinja_env.filters["person"] = person
    for screen in SCREENS:
        app.register_blueprint(screen)


def _configure(app: Flask, secret: str) -> None:
    app.secret_key = secret
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
        # Cookies know no ports: two Flowbuilders on one machine must not log each other out.
        SESSION_COOKIE_NAME="flowbuilder_" + hashlib.sha256(f"cookie {secret}".encode()).hexdigest()[:8],
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def _account(
    app: Flask, settings: Settings, sandbox_id: str, sandbox_token: str, plivo: httpx.BaseTransport | None
) -> Account:
    """The default account: the environment's, or the sandbox's inside this process."""
    if settings.plivo_auth_id and settings.plivo_auth_token:
        # The first of several tokens signs our requests.
        token = settings.plivo_auth_token.split(",")[0].strip()
        return Account(settings.plivo_auth_id, token, settings.plivo_api_url, plivo)
    inside = httpx.WSGITransport(app)
    return Account(sandbox_id, sandbox_token, f"http://localhost{SANDBOX}", inside)


def _environment_tokens(settings: Settings) -> list[str]:
    """The tokens that the environment names: several may be live while one replaces another."""
    if settings.uses_sandbox:
        return []
    return [token.strip() for token in str(settings.plivo_auth_token).split(",") if token.strip()]


def _make_key() -> str:
    return secrets.token_hex(32)


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    # Pages show what is being edited: the browser asks again, and shares them with nobody.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response

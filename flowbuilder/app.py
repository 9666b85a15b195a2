"""create_app(): joins the parts into one Flask application."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from flask import Flask, Response

from flowbuilder import places
from flowbuilder.config import Settings
from flowbuilder.store import open_store, utc_now
from flowbuilder.web import EXTENSION, Flowbuilder, wording
from flowbuilder.web.access import Login, protect
from flowbuilder.web.errors import answer_errors
from flowbuilder.web.figures import Figures
from flowbuilder.web.health import health
from flowbuilder.web.static_files import serve_static_files

MAX_REQUEST_BYTES = 24 * 1024 * 1024
SESSION_SECONDS = 30 * 24 * 3600
SCREENS = ("flows", "editor", "phone", "publishing", "versions", "calls")
FILTERS = ("ago", "exact", "plural", "phone_number", "listed", "clock")

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
) -> Flask:
    """The application that `settings` describe; opens the store (and migrates its database).

    `login` holds the one-time token; its default announces to nobody.
    """
    app = Flask(__name__, static_folder=None, template_folder=places.templates_folder())
    store = open_store(settings.database_url, clock=clock)
    secret = settings.secret_key or store.secrets.get_or_create("session_key", lambda: secrets.token_hex(32))
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
    serve_static_files(app, places.static_folder())
    protect(app)
    answer_errors(app)
    app.register_blueprint(health)
    app.after_request(_add_security_headers)
    for name in FILTERS:
        app.jinja_env.filters[name] = getattr(wording, name)
    for name in SCREENS:
        if find_spec(f"flowbuilder.web.{name}"):
            try:
                app.register_blueprint(getattr(import_module(f"flowbuilder.web.{name}"), name))
            except ImportError as error:
                app.logger.warning("%s is not there yet: %s", name, error)
    app.extensions[EXTENSION] = Flowbuilder(
        settings=settings,
        store=store,
        account=None,  # type: ignore[arg-type]
        switchboard=None,
        sandbox_token="",
        programs=None,  # type: ignore[arg-type]
        services=None,  # type: ignore[arg-type]
        login=login or Login(),
        figures=Figures(),
        clock=clock,
    )
    return app


def _add_security_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    # Pages show what is being edited: the browser asks again, and shares them with nobody.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response

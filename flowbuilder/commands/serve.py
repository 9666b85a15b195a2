"""`flowbuilder serve`: the editor, the webhooks and, without Plivo credentials, the sandbox."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import closing
from functools import partial

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from flowbuilder.app import create_app
from flowbuilder.commands.collecting import CollectsBetween
from flowbuilder.commands.settings import public_url_option, settings_for
from flowbuilder.config import Settings
from flowbuilder.errors import FlowbuilderError
from flowbuilder.store import open_store
from flowbuilder.web import EXTENSION
from flowbuilder.web.access import Login
from flowbuilder.web.drifting import Watch

# Python threads that answer requests. Each open phone panel listens on one of them.
THREADS = 32
ANY_ADDRESS = ("0.0.0.0", "::")
SECONDS_TO_START = 120.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@public_url_option
def serve(host: str, port: int, public_url: str | None) -> None:
    """Start the editor and the webhook endpoints; prints the address to open."""
    port = free_port(host, port)
    settings = settings_for(public_url, f"http://{shown_host(host)}:{port}")
    with closing(open_store(settings.database_url)) as store:
        click.echo(f"Database: {store.place}")
    server = Server(
        "flowbuilder",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        workers_kill_timeout=5,
    )
    server.serve(target_loader=partial(load, settings, host, port), wrap_loader=False)


def load(settings: Settings, host: str, port: int) -> Flask:
    """The application, made in the process that serves it. Prints the address that logs in, and each next one."""

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def announce(next_token: str) -> None:
        click.echo(f"To log in from another browser: {address(host, port, next_token)}")

    login = Login(announce=announce)
    app = create_app(settings, login=login)
    Watch(app.extensions[EXTENSION]).start()
    threading.Thread(target=announce_when_up, args=(host, port, login.token), daemon=True).start()
    threading.Thread(target=compile_templates, args=(app,), daemon=True).start()
    collector = CollectsBetween(app.wsgi_app)
    app.wsgi_app = collector  # type: ignore[method-assign]
    collector.start()
    return app


def compile_templates(app: Flask) -> None:
    """Reads every template now: whoever opens a page first, or makes the first edit, need not wait for that."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def address(host: str, port: int, token: str) -> str:
    """The address to open in a browser on this machine."""
    return f"http://{shown_host(host)}:{port}/?token={token}"


def shown_host(host: str) -> str:
    """The host as it stands in an address that is opened on this machine."""
    return "localhost" if host in ANY_ADDRESS else f"[{host}]" if ":" in host else host


def announce_when_up(host: str, port: int, token: str) -> None:
    """Prints the address as soon as it can be opened."""
    give_up = time.monotonic() + SECONDS_TO_START
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    while time.monotonic() < give_up:
        try:
            socket.create_connection((there, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            click.echo(f"Open {address(host, port, token)}")
            return


def free_port(host: str, port: int) -> int:
    """The port, after a look whether it can be listened on; 0 chooses one. Raises FlowbuilderError.

    The server itself would share a port that another server of its kind has already taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise FlowbuilderError(
                f"Port {port} of {host} cannot be used: {error.strerror}. Choose another with --port."
            ) from error
        return int(probe.getsockname()[1])

"""What commands take from the environment and from their options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import click

from flowbuilder.config import Settings
from flowbuilder.errors import FlowbuilderError

Command = Callable[..., Any]


def public_url_option(command: Command) -> Command:
    """`--public-url`, on every command that Plivo must find its way back from."""
    return click.option(
        "--public-url", metavar="URL", help="Where Plivo reaches this server. [env: FLOWBUILDER_PUBLIC_URL]"
    )(command)


def settings_for(public_url: str | None, own_url: str) -> Settings:
    """The environment's settings, with the public URL that the command line gives.

    The sandbox asks from inside, so for it the server's own address will do where no public one is known.
    Raises FlowbuilderError where the public URL is none.
    """
    settings = Settings.from_environment()
    url = public_url or settings.public_url
    if url is not None:
        return replace(settings, public_url=_checked(url))
    return replace(settings, own_url=own_url) if settings.uses_sandbox else settings


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and not parts.query and not parts.fragment and url.isascii() and " " not in url
    except ValueError:
        usable = False
    if not usable:
        raise FlowbuilderError(f"{url} is no public URL. Write it like https://flows.example.com.")
    return url.rstrip("/")

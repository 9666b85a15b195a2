"""Settings: read from the environment once, then passed around."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Mapping

PLIVO_API_URL = "https://api.plivo.com"


def data_folder() -> Path:
    """The user's own folder for Flowbuilder's data; made when it is missing."""
    folder = Path(platformdirs.user_data_dir("flowbuilder", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Settings:
    """Everything that a running Flowbuilder is told from outside.

    Without `plivo_auth_id` and `plivo_auth_token` the built-in sandbox stands in for Plivo.
    `secret_key` is None where the environment names none; the store then keeps one. `old_secret_keys` still open what
    they sealed. `own_url` is where the server listens, for want of a public URL: the sandbox asks from inside.
    """

    database_url: str
    public_url: str | None = None
    plivo_auth_id: str | None = None
    plivo_auth_token: str | None = field(default=None, repr=False)
    plivo_api_url: str = PLIVO_API_URL
    secret_key: str | None = field(default=None, repr=False)
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    own_url: str | None = None
    http_allowed_hosts: tuple[str, ...] = ()

    @property
    def uses_sandbox(self) -> bool:
        return not (self.plivo_auth_id and self.plivo_auth_token)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings as the environment variables of contract section 7 give them."""
        env = os.environ if environment is None else environment
        database_url = env.get("FLOWBUILDER_DATABASE_URL") or f"sqlite:///{data_folder() / 'flowbuilder.sqlite3'}"
        return cls(
            database_url=database_url,
            public_url=(env.get("FLOWBUILDER_PUBLIC_URL") or "").rstrip("/") or None,
            plivo_auth_id=env.get("PLIVO_AUTH_ID") or None,
            plivo_auth_token=env.get("PLIVO_AUTH_TOKEN") or None,
            plivo_api_url=(env.get("PLIVO_API_URL") or PLIVO_API_URL).rstrip("/"),
            secret_key=env.get("FLOWBUILDER_SECRET_KEY") or None,
            old_secret_keys=_old_keys(env.get("FLOWBUILDER_OLD_SECRET_KEY", "")),
            http_allowed_hosts=allowed_hosts(env),
        )


def allowed_hosts(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The hosts that flows may ask although they are not on the public Internet."""
    env = os.environ if environment is None else environment
    listed = env.get("FLOWBUILDER_HTTP_ALLOWED_HOSTS", "").split(",")
    return tuple(host.strip() for host in listed if host.strip())


def _old_keys(text: str) -> tuple[str, ...]:
    """Several keys with commas between; also the whole text, for a key may hold commas itself."""
    parts = (part.strip() for part in text.split(","))
    return tuple(dict.fromkeys(key for key in (text, *parts) if key))

"""The seal: encrypts what the database must not show, with a key that is not in the database beside it."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from flowbuilder.config import data_folder
from flowbuilder.errors import FlowbuilderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.config import Settings

KEY_FILE = "flowbuilder.key"
SQLITE = "sqlite:///"
OTHER_KEY = (
    "was sealed with another key. Name the former key in FLOWBUILDER_OLD_SECRET_KEY and start again, or write it again"
)


class Seal:
    """Seals with the newest key, and opens what that or an older key has sealed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the newest first."""
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def close(self, text: str) -> str:
        """The text, sealed."""
        return self._newest.encrypt(text.encode("utf-8", "surrogatepass")).decode()

    def open(self, sealed: str) -> str | None:
        """What was sealed; None where no key that we have opens it."""
        try:
            return self._all.decrypt(sealed.encode()).decode("utf-8", "surrogatepass")
        except InvalidToken:
            return None

    def anew(self, sealed: str) -> str | None:
        """The same, sealed with the newest key; None where it is already, or where no key opens it."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            with suppress(InvalidToken):
                return self._all.rotate(sealed.encode()).decode()
        return None


def seal_keys(settings: Settings) -> list[bytes]:
    """The keys, the one to seal with first.

    That is FLOWBUILDER_SECRET_KEY's where it is set, else one from a file that only its owner may read. The file lies
    beside an SQLite database, and in the data folder where the database is elsewhere; it still opens what it sealed
    once a secret key is set. A database in memory forgets its secrets with the process, and so does its key.
    """
    former = [_derived(key) for key in settings.old_secret_keys]
    path = _key_path(settings.database_url)
    if settings.secret_key:
        if path is not None and path.exists():
            with suppress(FlowbuilderError):
                former.append(key_in(path))
        return [_derived(settings.secret_key), *former]
    return [Fernet.generate_key() if path is None else key_in(path), *former]


def _derived(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"flowbuilder secrets")
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))


def _key_path(database_url: str) -> Path | None:
    if database_url in ("sqlite://", "sqlite:///:memory:"):
        return None
    if not database_url.startswith(SQLITE):
        return data_folder() / KEY_FILE
    return Path(database_url.removeprefix(SQLITE).partition("?")[0]).parent / KEY_FILE


def key_in(path: Path) -> bytes:
    """The key in a file; a new one, written there, where there is no such file. Two processes get the same one."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(Fernet.generate_key())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    key = path.read_bytes().strip()
    try:
        Fernet(key)
    except ValueError as error:
        raise FlowbuilderError(f"{path} holds no key. Put the key back, or delete the file and the secrets.") from error
    return key

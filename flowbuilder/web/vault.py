"""The vault: authors' secrets, sealed with a key that is not in the database beside them."""

from __future__ import annotations

import base64
import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from flowbuilder.config import data_folder
from flowbuilder.errors import FlowbuilderError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.config import Settings
    from flowbuilder.store import AuthorSecretRow, Store

logger = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
MOST_LETTERS = 4_096
MOST_SECRETS = 200
KEY_FILE = "flowbuilder.key"
SQLITE = "sqlite:///"


class Vault:
    """Keeps secrets by name in the store, and opens them for web requests; no page ever shows one."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._kept = store.author_secrets
        self._seal = Fernet(key)

    def list(self) -> Sequence[AuthorSecretRow]:
        """Which secrets there are."""
        return self._kept.list()

    def put(self, name: str, secret: str) -> None:
        """Keeps a secret, in place of the one of that name. Raises FlowbuilderError with a sentence."""
        if not NAME.fullmatch(name):
            raise FlowbuilderError("A name has letters, digits and _ only, and begins with a letter: CRM_TOKEN.")
        if not secret:
            raise FlowbuilderError("Write the secret itself as well.")
        if len(secret) > MOST_LETTERS or "\0" in secret:
            raise FlowbuilderError(f"A secret has at most {MOST_LETTERS:,} letters.")
        names = {row.name for row in self._kept.list()}
        if name not in names and len(names) >= MOST_SECRETS:
            raise FlowbuilderError(f"There are {MOST_SECRETS} secrets already. Delete one that no flow uses.")
        self._kept.put(name, self._seal.encrypt(secret.encode("utf-8", "surrogatepass")).decode())

    def get(self, name: str) -> str | None:
        """The secret of this name; None where there is none, or where it was sealed with another key."""
        sealed = self._kept.sealed(name)
        if sealed is None:
            return None
        try:
            return self._seal.decrypt(sealed.encode()).decode("utf-8", "surrogatepass")
        except InvalidToken:
            logger.error("The secret %s cannot be opened: it was sealed with another key. Write it again.", name)
            return None

    def delete(self, name: str) -> None:
        """Raises NotFound where there is none."""
        if not self._kept.delete(name):
            raise NotFound(f"There is no secret {name[:64]}.")


def vault_key(settings: Settings) -> bytes:
    """The key: from FLOWBUILDER_SECRET_KEY where that is set, else from a file that only its owner may read.

    The file lies beside an SQLite database, and in the data folder where the database is elsewhere. A database in
    memory forgets its secrets with the process, and so does its key.
    """
    if settings.secret_key:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"flowbuilder secrets")
        return base64.urlsafe_b64encode(derived.derive(settings.secret_key.encode()))
    url = settings.database_url
    if url in ("sqlite://", "sqlite:///:memory:"):
        return Fernet.generate_key()
    folder = Path(url.removeprefix(SQLITE).partition("?")[0]).parent if url.startswith(SQLITE) else data_folder()
    return key_in(folder / KEY_FILE)


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

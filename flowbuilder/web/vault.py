"""The vault: authors' secrets, sealed with a key that is not in the database beside them."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.web.seal import OTHER_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.store import AuthorSecretRow, Store
    from flowbuilder.web.seal import Seal

logger = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
MOST_LETTERS = 4_096
MOST_SECRETS = 200


class Vault:
    """Keeps secrets by name in the store, and opens them for web requests; no page ever shows one."""

    def __init__(self, store: Store, seal: Seal) -> None:
        """Seals anew what an older key has sealed."""
        self._kept = store.author_secrets
        self._seal = seal
        for row in self._kept.list():
            sealed = self._kept.sealed(row.name) or ""
            anew = seal.anew(sealed)
            if anew is not None:
                self._kept.reseal(row.name, sealed, anew)

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
        self._kept.put(name, self._seal.close(secret))

    def get(self, name: str) -> str | None:
        """The secret of this name; None where there is none, or where it was sealed with another key."""
        sealed = self._kept.sealed(name)
        if sealed is None:
            return None
        secret = self._seal.open(sealed)
        if secret is None:
            logger.error("The secret %s %s.", name, OTHER_KEY)
        return secret

    def delete(self, name: str) -> None:
        """Raises NotFound where there is none."""
        if not self._kept.delete(name):
            raise NotFound(f"There is no secret {name[:64]}.")

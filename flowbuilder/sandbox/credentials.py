"""Makes the auth id and auth token of the sandbox's account."""

from __future__ import annotations

import secrets
import string

LETTERS = string.ascii_uppercase + string.digits


def make_auth_id() -> str:
    """An auth id of a main account: MA and 18 capital letters or digits (plivo-api.md 1.1)."""
    return "MA" + "".join(secrets.choice(LETTERS) for _ in range(18))


def make_auth_token() -> str:
    """A random auth token of 40 letters and digits, as long as Plivo's."""
    return secrets.token_hex(20)

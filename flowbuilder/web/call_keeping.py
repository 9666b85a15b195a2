"""How a call is kept between two webhooks: as it is, or sealed once its caller has entered something secret.

What a caller enters in secret is needed as long as the call lives: an expression may use it, and a repeated webhook
gets the same document again. So both are sealed with the key that seals the installation's own secrets, which is not
in the database; and when the call is over, dots take its place.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from flowbuilder.runtime import Call
from flowbuilder.runtime.hiding import hidden
from flowbuilder.store import to_text

if TYPE_CHECKING:
    from flowbuilder.web.seal import Seal

SEALED = "sealed"
SEALED_ANSWER = b"sealed "
# Addresses stay readable: they tell which versions a call is in (store.calls.versions_in_use).
ADDRESS = re.compile(rb"/v1/flows/[^/\s\"'<>]+/[^/\s\"'<>]+/")


class SealedElsewhere(RuntimeError):
    """A call was sealed with a key that this process does not have."""


def kept_state(call: Call, seal: Seal) -> str:
    """The call as text for the store; beside what is sealed stands where it is, and where it comes back to."""
    plain = call.to_json()
    if not call.secrets:
        return to_text(plain)
    frames = [{"flow_id": frame.flow_id, "version": frame.version} for frame in call.frames]
    return to_text({SEALED: seal.close(to_text(plain)), "owners": call.owners, "frames": frames})


def call_in(state: str, seal: Seal) -> Call:
    """The call that `kept_state` wrote. Raises SealedElsewhere."""
    kept: dict[str, Any] = json.loads(state)
    return Call.from_json(json.loads(_opened(kept[SEALED], seal)) if SEALED in kept else kept)


def call_to_look_at(state: str, seal: Seal) -> Call | None:
    """The same for a screen; None where there is nothing, or nothing that this process can open."""
    try:
        return call_in(state, seal) if state else None
    except SealedElsewhere:
        return None


def kept_answer(body: bytes, call: Call, seal: Seal) -> bytes:
    """A document as it is kept for a webhook that is repeated."""
    if not call.secrets:
        return body
    addresses = b" ".join(dict.fromkeys(ADDRESS.findall(body)))
    return SEALED_ANSWER + seal.close(body.decode()).encode() + b" " + addresses


def answer_in(kept: bytes, seal: Seal) -> bytes:
    """The document that `kept_answer` wrote. Raises SealedElsewhere."""
    return _opened(kept.split(b" ")[1].decode(), seal).encode() if kept.startswith(SEALED_ANSWER) else kept


def without_secrets(state: str, seal: Seal) -> str | None:
    """The same call with dots for what was entered in secret, for when it is over; None where nothing was."""
    if not state or SEALED not in json.loads(state):
        return None
    try:
        call = call_in(state, seal)
    except SealedElsewhere:
        return ""
    secrets, plain = call.secrets, call.to_json()
    shown = {name: plain[name] for name in ("turn", "owners", "marks", "facts") if name in plain}
    rest = {name: value for name, value in plain.items() if name not in shown and name != "secrets"}
    return to_text({**hidden(rest, secrets), **shown})


def _opened(sealed: str, seal: Seal) -> str:
    text = seal.open(sealed)
    if text is None:
        raise SealedElsewhere("The call was sealed with another key: FLOWBUILDER_SECRET_KEY has changed meanwhile.")
    return text

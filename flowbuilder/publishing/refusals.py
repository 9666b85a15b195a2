"""Turns what Plivo answers, or fails to answer, into refusals that say what to do (plivo-api.md 1.2)."""

from __future__ import annotations

from typing import Any

import httpx

from flowbuilder.errors import PlivoRefused

LONGEST_QUOTE = 300


class AnswerLost(PlivoRefused):
    """The request went out, but whether it took effect is unknown: look before doing it again."""


def unreachable(error: Exception, host: str) -> PlivoRefused:
    """The refusal for a request that never reached Plivo: nothing has happened there."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return PlivoRefused(f"No connection to {host} in time. Check this machine's network, then try again.")
    return PlivoRefused(f"No connection to {host} is possible. Check this machine's network and PLIVO_API_URL.")


def unanswered(error: Exception, host: str) -> AnswerLost:
    """The refusal for a request that was sent and got no whole answer."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return AnswerLost(f"{host} took too long to answer. Try again in a minute.")
    return AnswerLost(f"The connection to {host} broke before the answer came. Try again in a minute.")


def unreadable(status: int, host: str) -> AnswerLost:
    """The refusal for a success whose body is not the JSON that Plivo promises."""
    return AnswerLost(
        f"{host} answered with something that is not Plivo's JSON. Check PLIVO_API_URL and try again.",
        status,
    )


def refused(status: int, body: Any, text: str, subject: str, host: str) -> PlivoRefused:
    """The refusal for an error status.

    `body` is the decoded JSON of the answer or None, `text` its raw text, `subject` what the request was
    about ("Application 123"). A server error (5xx) is an AnswerLost: it may have taken effect.
    """
    quote = _quoted(body, text)
    if status == 400:
        return PlivoRefused(f"Plivo did not accept {subject}{quote}. Correct it and try again.", status)
    if status == 401:
        return PlivoRefused(
            "Plivo did not accept the auth id and auth token. Copy both again from Plivo's console into the settings "
            "page, or into PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.",
            status,
        )
    if status == 403:
        return PlivoRefused(
            f"Plivo does not allow this{quote}. Check in Plivo's console that the account is verified "
            "and that this machine's address is on the account's list of allowed addresses.",
            status,
        )
    if status == 404:
        return PlivoRefused(
            f"{_capitalised(subject)} is not in this Plivo account. Look it up in Plivo's console.", status
        )
    if status == 429:
        return PlivoRefused("Plivo refuses requests for now: there were too many. Try again in a minute.", status)
    if status >= 500:
        return AnswerLost(f"Plivo has trouble of its own (status {status}{quote}). Try again in a few minutes.", status)
    if 300 <= status < 400:
        return PlivoRefused(f"{host} points elsewhere (status {status}). Check PLIVO_API_URL.", status)
    return PlivoRefused(f"Plivo refused {subject} (status {status}{quote}). Look at it in Plivo's console.", status)


def _capitalised(subject: str) -> str:
    return subject[:1].upper() + subject[1:]


def _quoted(body: Any, text: str) -> str:
    """`: what Plivo said`, looked for where Plivo's own command-line tool looks; HTML is not quoted."""
    said = _first_text(body) if isinstance(body, dict) else ("" if "<" in text else text)
    said = " ".join(said.split()).rstrip(".")
    if not said:
        return ""
    return ": " + (said if len(said) <= LONGEST_QUOTE else said[:LONGEST_QUOTE] + "…")


def _first_text(body: dict[str, Any]) -> str:
    inner = body.get("data"), body.get("errors")
    candidates = [body.get("error"), body.get("global_error"), body.get("message")]
    candidates.append(inner[0].get("error") if isinstance(inner[0], dict) else None)
    candidates.append(inner[1].get("global_error") if isinstance(inner[1], dict) else None)
    for candidate in candidates:
        if isinstance(candidate, str) and candidate:
            return candidate
        if isinstance(candidate, dict) and candidate:
            return "; ".join(f"{key}: {value}" for key, value in candidate.items())
    return ""

"""The public URL, under which Plivo reaches this server: from the environment, else from the settings page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.desired import check_public_url
from flowbuilder.web.remembered import Remembered

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.store import Store

NAME = "public_url"
LONGEST = 500
Source = Literal["environment", "settings", "own", "none"]


class PublicAddress:
    """Knows the public URL without a query per request; see Remembered."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._kept = store.installation_settings
        self._settings = settings
        self._stored = Remembered(lambda: self._kept.get(NAME))

    def url(self) -> str | None:
        """Without a slash at its end. Where none is set, the address that the server listens at, if it told it."""
        return self._settings.public_url or self._stored() or self._settings.own_url

    @property
    def source(self) -> Source:
        """What says so: the environment (or the command line), the settings page, our own address, or nothing."""
        if self._settings.public_url:
            return "environment"
        if self._stored():
            return "settings"
        return "own" if self._settings.own_url else "none"

    @property
    def stored(self) -> str:
        """What the settings page has kept, whether it counts or not."""
        return self._stored()

    def keep(self, url: str, author: str = "") -> None:
        """Keeps the public URL; an empty one takes it away. Raises FlowbuilderError with a sentence."""
        url = url.strip().rstrip("/")
        if url:
            if len(url) > LONGEST or not url.isascii():
                raise FlowbuilderError(
                    f"A public URL is written in ASCII and has at most {LONGEST} characters. Write a name with other "
                    "letters in its xn-- form."
                )
            check_public_url(url, self._settings.uses_sandbox)
        self._kept.put(NAME, url, author)
        self._stored.forget()

"""What each deployment of a flow has set for `env.NAME` in expressions; asked for by every call that comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.web.remembered import Remembered

if TYPE_CHECKING:
    from flowbuilder.store import Store


class Variables:
    """By flow and deployment. What this process changes counts at once, what another does within half a minute."""

    def __init__(self, store: Store) -> None:
        self._kept = Remembered(store.deployment_settings.all_variables)

    def of(self, flow_id: str, deployment: str) -> dict[str, str]:
        """The variables of a deployment; asks the store for nothing."""
        return dict(self._kept().get((flow_id, deployment), {}))

    def forget(self) -> None:
        """Reads anew when asked next: some have been changed."""
        self._kept.forget()

"""Tells web addresses what flows report, after the caller has been answered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowbuilder.steps.base import Report
    from flowbuilder.steps.world import WebRequests

logger = logging.getLogger(__name__)

THREADS = 4
MOST_WAITING = 1_000
SECONDS = 10.0


class Reports:
    """Posts reports one after the other, beside the requests that are being answered."""

    def __init__(self, services: WebRequests) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="report")
        self._lock = Lock()
        self._waiting = 0

    def send(self, reports: Iterable[Report], call_uuid: str) -> None:
        """Sends them soon. Never waits, never raises; what cannot be sent is told to the log."""
        for report in reports:
            with self._lock:
                full = self._waiting >= MOST_WAITING
                self._waiting += not full
            if full:
                logger.error("Call %s: a report was dropped; %s are waiting already", call_uuid, MOST_WAITING)
            else:
                self._threads.submit(self._post, report, call_uuid)

    def close(self) -> None:
        """Waits for what is being sent."""
        self._threads.shutdown()

    def _post(self, report: Report, call_uuid: str) -> None:
        try:
            reply = self._services.http("POST", report.url, headers={}, form=report.form, timeout=SECONDS)
            if not 200 <= reply.status < 300:
                logger.warning("Call %s: a report was answered with status %s", call_uuid, reply.status)
        finally:
            with self._lock:
                self._waiting -= 1

"""What watches over a server asks: is it alive, and how is it doing?"""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from flowbuilder.web import current

health = Blueprint("health", __name__)
logger = logging.getLogger(__name__)

PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@health.get("/healthz")
def healthz() -> Response:
    """200 where the database answers, 503 where it does not."""
    try:
        current().store.check()
    except Exception:
        # Whatever the driver raises, the answer is the same; what it was belongs in the log alone.
        logger.exception("The database does not answer")
        return Response("The database does not answer.\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@health.get("/metrics")
def metrics() -> Response:
    return Response(current().figures.text(), content_type=PROMETHEUS_TEXT)

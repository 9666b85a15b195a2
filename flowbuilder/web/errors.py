"""What a refusal or a failure looks like: a page, a fragment for htmx, or JSON; always with a sentence."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from flowbuilder.errors import (
    EditRefused,
    FlowbuilderError,
    FlowFileError,
    FlowHasErrors,
    NotFound,
    PlivoRefused,
    StaleEdit,
)
from flowbuilder.flow.problems import Problem
from flowbuilder.web.access import accepts_html

logger = logging.getLogger(__name__)

STATUS: dict[type[FlowbuilderError], int] = {
    NotFound: 404,
    StaleEdit: 409,
    EditRefused: 422,
    FlowFileError: 422,
    FlowHasErrors: 422,
    PlivoRefused: 502,
}
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address cannot be used in that way.",
    413: "That is larger than Flowbuilder takes.",
    500: "Something went wrong in Flowbuilder. What was saved before is safe; the server's log says more.",
}
TITLES = {
    401: "Log in first",
    403: "Not allowed",
    404: "Not found",
    409: "Changed meanwhile",
    500: "Something went wrong",
}


def answer_errors(app: Flask) -> None:
    """Joins the error answers to `app`."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(FlowbuilderError, _refusal)
    app.register_error_handler(Exception, _failure)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None:  # a redirect of werkzeug's own
        return make_response(error.response)
    said_by_us = error.description != type(error).description
    sentence = str(error.description) if said_by_us else SENTENCES.get(status, str(error.description))
    answer = tell(sentence, status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    return answer


def _refusal(error: FlowbuilderError) -> Response:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)
    problems = error.problems if isinstance(error, FlowHasErrors) else []
    return tell(str(error), status, problems)


def _failure(error: Exception) -> Response:
    logger.error("Failed to answer %s %s", request.method, request.path, exc_info=error)
    return _http_error(InternalServerError())


def tell(sentence: str, status: int, problems: list[Problem] | None = None) -> Response:
    """The answer that says `sentence`, in the form that who asks can show."""
    if "HX-Request" in request.headers:
        answer = make_response(render_template("access/_error.html", sentence=sentence))
    elif accepts_html(request) and not request.path.startswith("/sandbox/"):
        title = TITLES.get(status, "That did not work")
        page = render_template("access/error.html", title=title, sentence=sentence, problems=problems)
        answer = make_response(page)
    else:
        answer = jsonify(error=sentence, problems=[problem.to_json() for problem in problems or []])
    answer.status_code = status
    return answer

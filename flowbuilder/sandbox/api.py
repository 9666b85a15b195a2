"""The sandbox's REST API as a Flask blueprint: who asks, what for, and Plivo's shapes for the answer."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from flowbuilder.sandbox import (
    account_details,
    applications,
    call_records,
    endpoints,
    inventory,
    message_records,
    numbers,
    sip_credentials,
    subaccounts,
)
from flowbuilder.sandbox.answers import Answer, failed
from flowbuilder.sandbox.arguments import Refused, text, whole_number
from flowbuilder.sandbox.faults import KINDS, STATUSES, Faults
from flowbuilder.sandbox.holdings import Holdings
from flowbuilder.sandbox.rate_limit import RateLimit

if TYPE_CHECKING:
    from flowbuilder.sandbox.calls import Switchboard
    from flowbuilder.store import Store

Handler = Callable[..., Answer]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

# What can be done with a resource as a whole, and with one of its items.
RESOURCES: dict[str, tuple[dict[str, Handler], dict[str, Handler]]] = {
    "Application": (
        {"GET": applications.list_applications, "POST": applications.create_application},
        {
            "GET": applications.read_application,
            "POST": applications.update_application,
            "DELETE": applications.delete_application,
        },
    ),
    "Number": (
        {"GET": numbers.list_numbers},
        {"GET": numbers.read_number, "POST": numbers.update_number, "DELETE": numbers.delete_number},
    ),
    "PhoneNumber": ({"GET": inventory.search_numbers}, {"POST": inventory.rent_number}),
    "Subaccount": (
        {"GET": subaccounts.list_subaccounts, "POST": subaccounts.create_subaccount},
        {
            "GET": subaccounts.read_subaccount,
            "POST": subaccounts.update_subaccount,
            "DELETE": subaccounts.delete_subaccount,
        },
    ),
    "SipAuth/Credential": (
        {"GET": sip_credentials.list_credentials, "POST": sip_credentials.create_credential},
        {"GET": sip_credentials.read_credential, "DELETE": sip_credentials.delete_credential},
    ),
    "Endpoint": (
        {"GET": endpoints.list_endpoints, "POST": endpoints.create_endpoint},
        {
            "GET": endpoints.read_endpoint,
            "POST": endpoints.update_endpoint,
            "DELETE": endpoints.delete_endpoint,
        },
    ),
    "Call": (
        {"GET": call_records.list_calls, "POST": call_records.make_call},
        {"GET": call_records.read_call, "DELETE": call_records.hang_up},
    ),
    "Message": (
        {"GET": message_records.list_messages, "POST": message_records.send_message},
        {"GET": message_records.read_message},
    ),
    "Request": ({}, {"DELETE": call_records.hang_up}),
}
ACCOUNT = {"GET": account_details.read_account, "POST": account_details.update_account}


def sandbox_api(
    store: Store,
    auth_id: str,
    auth_token: str,
    switchboard: Switchboard | None,
    faults: Faults | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    assigns_default: bool = False,
    rate_limit: RateLimit | None = None,
) -> Blueprint:
    """The blueprint that answers /v1/Account/... as Plivo does; mount it under any prefix.

    `store.sandbox` keeps its state, `switchboard` places its calls. `faults` makes requests fail on command.
    `assigns_default`: a number update without `app_id` assigns the default Application, as Plivo's
    documentation has it against its own example. Without a `rate_limit` there is none.
    """
    holdings = Holdings(store.sandbox, auth_id, clock, switchboard, assigns_default=assigns_default)
    blueprint = Blueprint("sandbox", __name__)

    @blueprint.route("/v1/Faults/", methods=["GET", "POST", "DELETE"])
    def command() -> Response:
        """Faults on command, which Plivo has not: what is due, one more, none any more."""
        if faults is None or not _is_authentic(auth_id, auth_id, auth_token):
            return _response(Answer(401, {"error": "sign in with the sandbox's auth id and auth token"}))
        return _response(_commanded(faults))

    # One rule for all, because Plivo's paths end with a slash: without it they are not found, nor redirected.
    @blueprint.route("/v1/Account/<path:rest>", methods=METHODS)
    def answer(rest: str) -> Response:
        account, _, path = rest.partition("/")
        fault = faults.next(request.method, path) if faults else None
        if fault == "slow" and faults:
            faults.sleep(faults.seconds)
        elif fault and "after" not in fault:
            return _faulty(fault)
        if rate_limit is not None and not rate_limit.admits():
            return _response(failed(429, "too many requests"))
        acting = holdings if _is_authentic(account, auth_id, auth_token) else _as_subaccount(holdings, account)
        if acting is None:
            response = _response(Answer(401, {"error": "authentication credentials were not provided"}))
            response.headers["WWW-Authenticate"] = 'Basic realm="Plivo"'
        else:
            response = _response(_answer(acting, path if "/" in rest else None))
        return _faulty(fault) if fault and "after" in fault else response

    return blueprint


def _commanded(faults: Faults) -> Answer:
    """Does what a request asks of the faults: {"kind", "at"?, "times"?, "method"?, "path"?} adds one."""
    if request.method == "DELETE":
        faults.clear()
    elif request.method == "POST":
        try:
            args = _arguments()
            at, times = (whole_number(args, name, 1, 1_000, 1) for name in ("at", "times"))
            kind = text(args, "kind", required=True) or ""
            faults.add(kind, at, times, text(args, "method"), text(args, "path") or "")
        except ValueError:
            return failed(400, "kind must be one of " + ", ".join(KINDS))
        except Refused as refused:
            return failed(refused.status, refused.error)
    return Answer(200, {"kinds": list(KINDS), "due": faults.due})


def _is_authentic(account: str, auth_id: str, auth_token: str) -> bool:
    """Whether the request is signed in as the account in its path, in constant time."""
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    pair = f"{given.username}:{given.password}:{account}".encode()
    return hmac.compare_digest(pair, f"{auth_id}:{auth_token}:{auth_id}".encode())


def _as_subaccount(holdings: Holdings, account: str) -> Holdings | None:
    """The account as the subaccount in the path sees it, where the request is signed in as that."""
    given = request.authorization
    if given is None or given.type != "basic" or given.username != account:
        return None
    return subaccounts.as_subaccount(holdings, account, given.password or "")


def _answer(holdings: Holdings, path: str | None) -> Answer:
    """The answer to an authentic request for a path under the account; None where even its slash is missing."""
    handlers, ids = _handlers(path)
    if handlers is None:
        return failed(404, "not found")
    handler = handlers.get(request.method)
    if handler is None:
        return failed(405, "method not allowed")
    try:
        args = _arguments()
        if args.get("callback_url"):
            raise Refused(400, "callback_url: the sandbox answers at once only")
        return handler(holdings, args, *ids)
    except Refused as refused:
        return failed(refused.status, refused.error)


def _handlers(path: str | None) -> tuple[dict[str, Handler] | None, list[str]]:
    if path == "":
        return ACCOUNT, []
    if not path or not path.endswith("/"):
        return None, []
    name, *ids = path[:-1].split("/")
    if name == "SipAuth" and ids:
        name, ids = f"{name}/{ids[0]}", ids[1:]
    if name not in RESOURCES or len(ids) > 1 or "" in ids:
        return None, []
    return RESOURCES[name][len(ids)] or None, ids


def _arguments() -> dict[str, Any]:
    """Arguments from the query string and, but for GET, from a JSON body: the SDK deletes with a body."""
    args: dict[str, Any] = dict(request.args.items())
    body = request.get_data()
    if request.method == "GET" or not body.strip():
        return args
    try:
        given = json.loads(body)
    except ValueError:
        raise Refused(400, "invalid JSON") from None
    if given is None:
        return args
    if not isinstance(given, dict):
        raise Refused(400, "the body must be a JSON object")
    return args | given


def _response(answer: Answer) -> Response:
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    return Response(body, answer.status, content_type="application/json")


def _faulty(fault: str) -> Response:
    """What the client gets of a request that fails: an error, something unreadable, or half a connection."""
    status = fault.partition(" ")[0]
    if fault == "401":
        return _response(Answer(401, {"error": "invalid username/password"}))
    if status in ("502", "503", "504"):
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
        return Response(page, int(status), content_type="text/html")
    if status in STATUSES:
        return _response(failed(int(status), {"429": "rate limited", "404": "not found"}.get(status, "error")))
    if fault.startswith("broken json"):
        return Response('{"api_id": "0', 200, content_type="application/json")
    error = {"refused": ConnectionRefusedError, "time-out": TimeoutError}.get(status, ConnectionResetError)
    # More is promised than comes, so that a real connection breaks; an in-process one gets the error itself.
    return Response(_breaking(error), 200, {"Content-Length": "1000"}, content_type="application/json")


def _breaking(error: type[OSError]) -> Iterator[bytes]:
    raise error("a fault on command")
    yield b""

"""The Application that Plivo should hold for a version of a flow, and the public URL it needs."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.application_fields import checked_settings

PRODUCTION = "production"
NAME_PREFIX = "flowbuilder-"
LONGEST_NAME = 60
HOME_ENDINGS = (
    "localhost",
    "local",
    "internal",
    "lan",
    "home",
    "corp",
    "home.arpa",
    "test",
    "invalid",
    "example",
)
SET_IT = (
    "Set FLOWBUILDER_PUBLIC_URL (or --public-url) to the address at which Plivo reaches this server, "
    "like https://flows.example.com."
)


@dataclass(frozen=True)
class Desired:
    """The wanted Application, in the names in which Plivo takes its fields.

    `fields` are ours and what the deployment states: compared with what is there and set when they differ.
    `first_fields` are sent only when the Application is created; later they are whatever somebody set in
    Plivo's console. A URL that begins with `flow_url` is one of this flow's.
    """

    app_name: str
    fields: Mapping[str, Any]
    first_fields: Mapping[str, bool]
    flow_url: str


def application_name(flow_id: str, deployment: str = PRODUCTION) -> str:
    """The name of a deployment's Application (letters, digits, - and _ only), the same for good."""
    whole = flow_id if deployment == PRODUCTION else f"{flow_id}-{deployment}"
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", whole).strip("-")
    room = LONGEST_NAME - len(NAME_PREFIX)
    if len(name) > room:
        # The end of a flow's id is what makes it unique; with a deployment's name behind it, only the whole does.
        end = name[-7:].lstrip("-") if deployment == PRODUCTION else hashlib.sha256(whole.encode()).hexdigest()[:7]
        name = name[: room - 8] + "-" + end
    return NAME_PREFIX + name


def desired_application(
    flow_id: str,
    version: str | int,
    entry: str,
    public_url: str,
    has_message_entry: bool = False,
    deployment: str = PRODUCTION,
    settings: Mapping[str, Any] | None = None,
) -> Desired:
    """The wanted Application of a version whose calls start at the node `entry` (contract section 8).

    `settings` are the deployment's: fields of the Application beyond ours (`application_fields`). What it does not
    state stays as it is. Raises FlowbuilderError for a setting that cannot be.
    """
    flow_url = f"{public_url.rstrip('/')}/v1/flows/{quote(flow_id, safe='')}/"
    base = f"{flow_url}{quote(str(version), safe='')}"
    told = "" if deployment == PRODUCTION else f"?deployment={quote(deployment, safe='')}"
    fields: dict[str, Any] = {
        "answer_url": f"{base}/nodes/{quote(entry, safe='')}{told}",
        "answer_method": "POST",
        "hangup_url": f"{base}/hangup{told}",
        "hangup_method": "POST",
        "fallback_answer_url": f"{base}/fallback{told}",
        "fallback_method": "POST",
    }
    if has_message_entry:
        fields |= {"message_url": f"{base}/message{told}", "message_method": "POST"}
    stated = checked_settings(settings or {})
    first = {"default_number_app": False, "default_endpoint_app": False, "log_incoming_messages": True}
    first = {name: value for name, value in first.items() if name not in stated}
    return Desired(application_name(flow_id, deployment), fields | stated, first, flow_url)


def check_public_url(url: str | None, uses_sandbox: bool) -> None:
    """Raises FlowbuilderError, saying what to set, when Plivo could not ask for documents at this URL.

    The sandbox asks from inside this process, so localhost and private addresses are fine with it.
    """
    if not url or not url.strip():
        raise FlowbuilderError(f"No public URL is set. {SET_IT}")
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        parts.port  # noqa: B018  an attribute that raises on a port that cannot be
    except ValueError:
        raise FlowbuilderError(f"The public URL {url} cannot be read. {SET_IT}") from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url.strip()):
        raise FlowbuilderError(f"The public URL {url} is not an http or https address. {SET_IT}")
    if parts.username is not None or parts.password is not None:
        raise FlowbuilderError(f"The public URL must not carry a user name or password: Plivo sends neither. {SET_IT}")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise FlowbuilderError(f"The public URL {url} must end with its path, without ? or #. {SET_IT}")
    if not uses_sandbox and _is_at_home(host):
        raise FlowbuilderError(
            f"Plivo cannot reach {host} from outside. {SET_IT} A reverse proxy or a tunnel gives you one."
        )


def _is_at_home(host: str) -> bool:
    """Whether this host means something only on this machine or in this network."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        labels = host.lower().split(".")
        # A host of digits only, such as 2130706433 or 0x7f.1, is an address in disguise.
        disguised = re.fullmatch(r"(0x[0-9a-f]+|[0-9]+)", labels[-1]) is not None
        return disguised or len(labels) < 2 or any(host.lower().endswith("." + ending) for ending in HOME_ENDINGS)
    return not address.is_global or address.is_multicast

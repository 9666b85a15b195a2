"""A throw-away PostgreSQL in a temporary folder, reached through a Unix socket only."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class PostgresMissing(Exception):
    """This machine has no PostgreSQL server."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """Starts a server with an empty database and gives its URL; stops it and removes its files at the end."""
    programs = _programs()
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="fb-pg-", dir="/tmp"))  # a socket's path must be short
    try:
        if "user" in account:
            os.chown(folder, pwd.getpwnam(account["user"]).pw_uid, -1)
        data = str(folder / "data")
        _run([programs / "initdb", "-D", data, "-U", "flowbuilder", "-A", "trust", "-E", "UTF8", "-N"], account)
        options = f"{SERVER_OPTIONS} -c unix_socket_directories={folder}"
        log = str(folder / "log")
        _run([programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], account)
        try:
            yield f"postgresql+psycopg://flowbuilder@/postgres?host={folder}"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of initdb and pg_ctl: Debian's newest, else the one on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else Path(on_path) if on_path else None
    if found is None:
        raise PostgresMissing("PostgreSQL is not installed. On Debian: apt-get install postgresql.")
    return found.parent


def _account() -> dict[str, Any]:
    """Whom to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    raise PostgresMissing(f"PostgreSQL does not run as {getpass.getuser()}, and there is no other user here.")


def _run(command: list[Any], account: dict[str, Any]) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # not a pipe: the server would hold it open
        stderr=subprocess.STDOUT,
        cwd="/",
        timeout=120,
        **account,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(str(part) for part in command)} failed")

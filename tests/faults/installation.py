"""A whole installation in a folder of its own, that can be hurt: PostgreSQL, commands, site and worker as real processes."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
POLICE = "politie-incidenten"
SCRIPT = Path(__file__).with_name("inside.py")


class Postgres:
    """A server of our own, so that it can be killed: as its own user when we are root, which PostgreSQL refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "pg"
        self.user = _server_user()
        self.process: subprocess.Popen[bytes] | None = None
        folder.chmod(0o755)
        self.data.mkdir()
        self._own(self.data)
        options = ["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        self._run([_binary("initdb"), "-D", self.data, *options])
        self.start()

    @property
    def url(self) -> str:
        """Where it is, for DATABASE_URL."""
        return self.of("postgres")

    def of(self, name: str) -> str:
        """Where another of its databases is."""
        return f"postgresql://postgres@/{name}?host={self.data}"

    def start(self) -> None:
        """Start, and wait until it answers; after a crash it repairs itself first."""
        log = (self.folder / "pg.log").open("ab")
        command = [_binary("postgres"), "-D", self.data, "-k", self.data, "-c", "listen_addresses="]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, user=self.user, cwd=self.data)
        wait_for(self.answers, "PostgreSQL answers")

    def answers(self) -> bool:
        """Whether it can be asked."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as link:
                link.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """kill -9 of the postmaster and all its backends: as a power cut."""
        assert self.process is not None
        every = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        for one in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait()
        psutil.wait_procs(every, timeout=10)

    def kill_backend(self) -> bool:
        """kill -9 of one backend that works for a client; the postmaster then throws out all. Whether there was one."""
        assert self.process is not None
        for one in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                line = " ".join(one.cmdline())
                if "[local]" in line and "idle" not in line.split()[-1:]:
                    one.kill()
                    return True
        return False

    def ask(self, statement: str, *values: Any, name: str = "postgres") -> Any:
        """One value."""
        with psycopg.connect(self.of(name), autocommit=True) as link:
            row = link.execute(statement, values).fetchone()
        return row[0] if row is not None else None

    def do(self, statement: str) -> None:
        """A statement without an answer, outside a transaction."""
        with psycopg.connect(self.url, autocommit=True) as link:
            link.execute(statement)

    def stop(self) -> None:
        """Stop at once."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def _own(self, path: Path) -> None:
        if self.user is not None:
            os.chown(path, self.user, -1)
        path.chmod(0o700)

    def _run(self, command: list[Any]) -> None:
        subprocess.run(command, user=self.user, cwd=self.data, check=True, capture_output=True)


class Installation:
    """OpenVIS in a folder: its data, its database, its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        self.postgres = Postgres(folder)
        self.children: list[subprocess.Popen[bytes]] = []
        self.files = 0

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this installation gets."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("OPENVIS", "DJANGO", "PYTEST"))}
        return kept | {
            "DATABASE_URL": self.postgres.url, "OPENVIS_DATA": str(self.data), "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "openvis.web.settings.development", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
        } | more  # fmt: skip

    def openvis(self, *arguments: Any, check: bool = True, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        command = [sys.executable, "-m", "openvis.cli.main", *map(str, arguments)]
        done = run(command, self.environment(**more))
        assert not check or done.returncode == 0, f"openvis {arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *arguments: Any, module: str = "openvis.cli.main", quiet: bool = True) -> "subprocess.Popen[bytes]":
        """Start a command and go on."""
        log = (self.folder / "log").open("ab") if quiet else None
        child = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)], env=self.environment(), stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        self.children.append(child)
        return child

    def inside(self, act: str, *arguments: Any, **more: str) -> Any:
        """Do something in a process that has the program loaded (`inside.py`); its answer as JSON."""
        done = self.inside_tried(act, *arguments, **more)
        assert done.returncode == 0, f"{act}: {done.stdout}\n{done.stderr}"
        return json.loads(done.stdout.splitlines()[-1])

    def inside_tried(self, act: str, *arguments: Any, **more: str) -> "subprocess.CompletedProcess[str]":
        """The same, and it may fail."""
        command = [sys.executable, SCRIPT, act, *map(str, arguments)]
        return run(command, self.environment(**more))

    def start_inside(self, act: str, *arguments: Any) -> "subprocess.Popen[bytes]":
        """Start one and go on."""
        log = (self.folder / "log").open("ab")
        command = [sys.executable, SCRIPT, act, *map(str, arguments)]
        child = subprocess.Popen(command, env=self.environment(), stdout=log, stderr=log, start_new_session=True)
        self.children.append(child)
        return child

    def delivery(self, number: int, start: int) -> Path:
        """A file of the police: so many rows, with references from `start` on."""
        self.files += 1
        path = self.folder / f"levering-{self.files}.csv"
        path.write_bytes(delivery(number, start))
        return path

    def truth(self) -> dict[str, Any]:
        """What the record and the store hold, and whether all adds up."""
        return dict(self.inside("truth"))

    def log(self) -> str:
        """All that the processes said."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        """End all of it."""
        for child in self.children:
            end(child)
        self.postgres.stop()


def run(command: list[Any], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run to the end, whatever that is."""
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def delivery(number: int, start: int) -> bytes:
    """A file of the police with so many new rows, all of them in the past, whatever number they start with."""
    from web.intake.intake_files import as_csv, row

    return as_csv(row(at % 1500, registratienummer=f"PL{at:09d}") for at in range(start, start + number))


def end(child: "subprocess.Popen[bytes]", number: int = signal.SIGKILL) -> None:
    """End a process and all that it started."""
    below = [child.pid]
    with contextlib.suppress(psutil.NoSuchProcess):
        below += [one.pid for one in psutil.Process(child.pid).children(recursive=True)]
    for pid in below:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    child.wait(20)


@contextlib.contextmanager
def installed() -> Iterator[Installation]:
    """An installation that is set up, gone afterwards. The path is short: a socket's name has room for 100 letters."""
    folder = Path(tempfile.mkdtemp(prefix="ov-"))
    made = None
    try:
        made = Installation(folder)
        made.openvis("setup")
        yield made
    finally:
        if made is not None:
            made.close()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Wait until something is so; gives the seconds it took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < patience, f"not within {patience:.0f} seconds: {what}"
        time.sleep(0.1)
    return time.monotonic() - started


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fetch(address: str, timeout: float = 20) -> tuple[int, str]:
    """Status and text of a page; 0 when nothing answers."""
    try:
        with urllib.request.urlopen(address, timeout=timeout) as answer:  # noqa: S310 -- our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def _server_user() -> int | None:
    """Under whom PostgreSQL runs: ourselves, or, as it refuses root, anybody else."""
    if os.geteuid() != 0:
        return None
    for name in ("pgserver", "postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("no user for PostgreSQL")


def _binary(name: str) -> str:
    from openvis.web.operations.backup import postgres

    return str(postgres.tool(name, 15))

"""The load test: an installation with so many incidents, so many people, so many minutes; writes what it came to.

    python tests/load/run.py --data FOLDER [--incidents 1000000] [--users 100] [--minutes 10] [--workers 2] [--report FILE]

FOLDER keeps the installation (made the first time, minutes), outside the checkout. Needs a quiet machine: site, database,
worker and locust share it. Exit status 0 when there was no error and 95 of 100 answers came within half a second.
"""

import argparse
import csv
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
MOST_MS = 500


def main() -> int:
    """Do it."""
    asked = arguments()
    environment = os.environ | {
        "OPENVIS_DATA": str(asked.data), "DJANGO_SETTINGS_MODULE": "openvis.web.settings.development",
        "PYTHONPATH": str(ROOT / "src"), "XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", str(asked.data / "run")),
    }  # fmt: skip
    asked.data.mkdir(parents=True, exist_ok=True)
    openvis = [sys.executable, "-m", "openvis.cli.main"]
    subprocess.run([*openvis, "setup"], env=environment, check=True)
    subprocess.run([*openvis, "demo", "--incidents", str(asked.incidents)], env=environment, check=True)
    people = asked.data / "load-people.json"
    subprocess.run([sys.executable, HERE / "prepare.py", str(asked.users), people], env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    forecasts_at_night(openvis, environment)
    log = (asked.data / "load.log").open("ab")
    serve = [*openvis, "serve", "--port", str(port), "--workers", str(asked.workers)]
    site = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
    try:
        awaited(f"http://127.0.0.1:{port}/readyz")
        time.sleep(asked.settle)
        rows = locust(asked, port, people, environment)
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait(60)
    total = next(row for row in rows if row["Name"] == "Aggregated")
    failed, p95 = int(total["Failure Count"]), float(total["95%"])
    text = report(asked, rows, total)
    sys.stdout.write(text)
    if asked.report:
        asked.report.write_text(text)
    return 0 if failed == 0 and p95 < MOST_MS else 1


def arguments() -> argparse.Namespace:
    """What is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the installation, outside the checkout")
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2, help="web processes: as many as cores")
    parser.add_argument("--settle", type=float, default=20, help="seconds between ready and the first person")
    parser.add_argument("--report", type=Path, help="write the figures there, as a table for docs/reliability.md")
    return parser.parse_args()


def awaited(address: str) -> None:
    """Wait until the site says that every part is well."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 -- our own server
                return
        except (urllib.error.URLError, TimeoutError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"{address} is not well within two minutes")


def forecasts_at_night(openvis: list[str], environment: dict[str, str]) -> None:
    """Put the tests of forecasts off to the night: a new installation does them at once, a city at work while it sleeps."""
    put_off = (
        "import datetime; from procrastinate.contrib.django.models import ProcrastinateJob as Job;"
        "from openvis.web.picture.tasks import ask_tests; ask_tests(again=False);"
        "night = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=12);"
        "Job.objects.filter(task_name='picture.test_forecast', status__in=['todo', 'doing'])"
        ".update(status='todo', scheduled_at=night)"
    )
    subprocess.run([*openvis, "manage", "shell", "-v0", "-c", put_off], env=environment, check=True)


def locust(asked: argparse.Namespace, port: int, people: Path, environment: dict[str, str]) -> list[dict[str, str]]:
    """Let the people work; gives the rows of locust's statistics."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "locust", "-f", HERE / "locustfile.py", "--headless", "--only-summary", "--users",
            str(asked.users), "--spawn-rate", str(max(1.0, asked.users / 20)), "--run-time", f"{int(asked.minutes * 60)}s",
            "--host", f"http://127.0.0.1:{port}", "--csv", f"{folder}/load", "--reset-stats", "--exit-code-on-error", "0",
        ]  # fmt: skip
        environment = {name: value for name, value in environment.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, env=environment | {"LOAD_PEOPLE": str(people)}, check=True)
        with Path(f"{folder}/load_stats.csv").open() as file:
            return list(csv.DictReader(file))


def report(asked: argparse.Namespace, rows: list[dict[str, str]], total: dict[str, str]) -> str:
    """A table for the documentation."""
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        f"{asked.users} people, {asked.minutes:g} minutes, {asked.incidents:,} incidents ordered, {asked.workers} web processes, "
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}: {int(total['Request Count']):,} requests, "
        f"{total['Failure Count']} failed, {float(total['Requests/s']):.1f} a second; median {total['50%']} ms, 95 % within "
        f"{total['95%']} ms, 99 % within {total['99%']} ms.", "",
        "| what | requests | failed | median, ms | 95 %, ms | 99 %, ms |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for row in rows:
        lines.append(
            f"| {row['Name']} | {row['Request Count']} | {row['Failure Count']} | {row['50%']} | {row['95%']} | {row['99%']} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())

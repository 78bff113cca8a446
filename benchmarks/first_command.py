"""How long a command takes, the whole of it: the process starts, reads, works out, draws and writes.

Hotspots on 10,000 made-up events, and on eight years of Toronto where that file is beside the repository; then every
example of docs/methods. Kernels are compiled beforehand, as set-up does. Prints medians of seven, and how much of it is
processor time, which counts when other work runs on the machine.

    python benchmarks/first_command.py [--times 7]
"""

import argparse
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from openvis.analysis import warm
from peers.measuring import incidents

ROOT = Path(__file__).resolve().parents[1]
OPENVIS = Path(sys.executable).with_name("openvis")
TORONTO = ROOT.parent / "shared" / "data" / "toronto-incidents" / "toronto_mci_2014_2021.csv.gz"
TARGET = 3.0
ROWS = 10_000
ALMERE = (133_000.0, 478_000.0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=7)
    times = options.parse_args().times
    warm()
    print(f"{'command':<72}{'seconds':>9}{'processor':>11}")
    with tempfile.TemporaryDirectory(prefix="openvis-first-") as folder:
        out = Path(folder) / "out"
        taken = measure(f"hotspots, {ROWS:,} made-up events", ["hotspots", str(made_up(Path(folder)))], out, times)
        if TORONTO.exists():
            measure("hotspots, 239,935 events of Toronto", ["hotspots", str(TORONTO)], out, times)
        for words in examples():
            measure(" ".join(words).replace("docs/examples/", ""), words, out, times)
    verdict = "reached" if taken <= TARGET else "NOT REACHED"
    print(f"to reach: {TARGET:g} s for the first: {verdict}")


def measure(name: str, words: list[str], out: Path, times: int) -> float:
    """Median seconds of the command with all its files and pictures."""
    seconds, busy = [], []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(
            [OPENVIS, "analyse", *words, "--out", out],
            check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        seconds.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{name[:70]:<72}{statistics.median(seconds):>8.2f}s{statistics.median(busy):>10.2f}s", flush=True)
    return statistics.median(seconds)


def made_up(folder: Path) -> Path:
    """A CSV file as a municipality may have it, in RD New."""
    events = incidents(ROWS)
    kinds = np.random.default_rng(0).choice(["burglary", "theft from car", "vandalism"], ROWS)
    east, north = events.x + ALMERE[0], events.y + ALMERE[1]
    lines = [
        f"{begin},{kind},{x:.0f},{y:.0f}"
        for begin, kind, x, y in zip(events.begin.astype(str), kinds, east, north, strict=True)
    ]
    path = folder / "incidents.csv"
    path.write_text("\n".join(["begin,kind,x,y", *lines]) + "\n", encoding="utf-8")
    return path


def examples() -> list[list[str]]:
    """The commands that the pages of the methods show, without their folder for the outcome."""
    shown = [
        shlex.split(line)[2:]
        for page in sorted((ROOT / "docs" / "methods").glob("*.md"))
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("    openvis analyse ")
    ]
    return [words[: words.index("--out")] + words[words.index("--out") + 2 :] for words in shown if "--out" in words]


if __name__ == "__main__":
    main()

"""How fast the methods are, beside what a user would take today, in the same run on the same data.

Both sides are called once before they are timed, and the medians of five compared (of one, where the peer takes over ten
seconds). Each method has its module in `peers/`, which says what the peer is and checks that both find the same.

    make bench                                            all of it; takes half an hour, most of it in the peers
    .venv/bin/python benchmarks/methods.py knox scan      the modules named
"""

import importlib
import os
import sys
from pathlib import Path

from openvis.analysis import warm
from peers.measuring import HEADING, seconds

METHODS = sorted({path.stem for path in Path(__file__).parent.glob("peers/[a-z]*.py")} - {"measuring"})


def main(chosen: list[str]) -> None:
    unknown = set(chosen) - set(METHODS)
    if unknown:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; expected some of {', '.join(METHODS)}")
    if "OPENBLAS_CORETYPE" in os.environ or "OPENBLAS_L2_SIZE" in os.environ:
        sys.exit("unset OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE first: they slow the peers down (make bench does so)")
    print(f"compile all kernels, or find them compiled: {seconds(warm, 1):.2f} s\n")
    print(HEADING, flush=True)
    for name in chosen or METHODS:
        importlib.import_module(f"peers.{name}").compare()


if __name__ == "__main__":
    main(sys.argv[1:])

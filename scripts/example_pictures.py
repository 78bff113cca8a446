"""Make the pictures of docs/methods: the first example of each page is run, and its picture kept in few colours.

.venv/bin/python scripts/example_pictures.py [NAME …]
"""

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "methods"
TARGET = ROOT / "docs" / "img" / "methods"
OPENVIS = Path(sys.executable).with_name("openvis")
WIDTH, COLOURS = 1000, 64
FIRST = {"near-repeat": "matrix.png"}
"""The picture that shows most, of a command that makes several."""


def command(page: Path) -> list[str] | None:
    """The first command of a page that writes its result, as words."""
    lines = page.read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if line.startswith("    openvis analyse") and line.endswith("--out result")]
    return shlex.split(found[0]) if found else None


def make(name: str, words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 -- a line of our own documentation
            [OPENVIS, *words[1:-1], folder], cwd=ROOT, check=True, capture_output=True
        )
        made = sorted(path.name for path in Path(folder).glob("*.png"))
        with Image.open(Path(folder) / FIRST.get(name, made[0])) as whole:
            small = whole.convert("RGB").resize(
                (WIDTH, round(WIDTH * whole.height / whole.width)), Image.Resampling.LANCZOS
            )
    TARGET.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(TARGET / f"{name}.png", optimize=True)


def main(names: list[str]) -> None:
    for page in sorted(PAGES.glob("*.md")):
        words = command(page)
        if words is not None and (not names or page.stem in names):
            make(page.stem, words)
            sys.stdout.write(f"{page.stem}.png\n")


if __name__ == "__main__":
    main(sys.argv[1:])

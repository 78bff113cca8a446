"""`python -m openvis.register [FOLDER]`: write the pages of the register; docs/algorithms by default."""

import sys
from pathlib import Path

from openvis.register.pages import pages


def main(folder: Path) -> None:
    """Write every page, and remove pages of methods that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/algorithms"))

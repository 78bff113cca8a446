"""Compile the Dutch texts: `django.po` to `django.mo`, without a system's gettext."""

from pathlib import Path

import polib


def compile_all() -> int:
    """Compile each catalogue that is newer than its compiled form. Returns how many were compiled."""
    done = 0
    for source in sorted((Path(__file__).resolve().parents[1] / "web").glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            done += 1
    return done


if __name__ == "__main__":
    compile_all()

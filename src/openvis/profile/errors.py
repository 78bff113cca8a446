"""What is wrong with a profile, said in full."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, what was found, what was expected."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class ProfileError(ValueError):
    """A profile that cannot be used. `problems` lists everything that was found, not the first alone."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"The profile has {count}:\n" + "\n".join(problems))


def found(value: object, expected: str) -> str:
    """The second half of a problem: `found 'x', expected y`."""
    shown = repr(value)
    if len(shown) > 80:
        shown = shown[:77] + "…"
    return f"found {shown}, expected {expected}"


def one_of(names: object, most: int = 12) -> str:
    """A closed list for in a sentence: `one of a, b, c`."""
    listed = sorted(str(name) for name in names)  # type: ignore[attr-defined]
    rest = f" … ({len(listed)} in all)" if len(listed) > most else ""
    return "one of " + ", ".join(listed[:most]) + rest if listed else "nothing: there are none"

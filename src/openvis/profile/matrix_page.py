"""The matrix of roles and compartments as a page of Markdown, from the profile alone."""

from openvis.profile.access import Cell, CompartmentId
from openvis.profile.loader import Profile
from openvis.profile.roles import Role
from openvis.profile.text import Text
from openvis.profile.wording import joined, table

LETTERS = {
    "e": Text(nl="invoeren", en="enter"),
    "r": Text(nl="lezen", en="read"),
    "d": Text(nl="besluiten of goedkeuren", en="decide or approve"),
    "a": Text(
        nl="alleen wat aan mij of mijn gebied is toegewezen; alleen *a*: dat lezen",
        en="only what is assigned to me or my area; *a* alone: read that",
    ),
    "m": Text(nl="instellingen beheren en aantallen zien, geen regels", en="manage settings and see counts, no rows"),
    "c": Text(nl="alleen aantallen", en="counts only"),
}
SCOPES = {
    "city": Text(nl="hele gemeente", en="whole municipality"),
    "area": Text(nl="eigen gebied", en="own area"),
    "own": Text(nl="eigen werk", en="own work"),
}


def as_page(profile: Profile, lang: str | None = None) -> str:
    """Who may do what: the matrix, what the letters and notes mean, purposes, and what each role opens today."""
    lang = lang or profile.municipality.language
    name = profile.municipality.name
    parts = [
        "# " + Text(nl=f"Wie mag wat: {name}", en=f"Who may do what: {name}").get(lang),
        Text(
            nl="Gemaakt uit het profiel met `openvis profile matrix`. Een lege cel is geen recht. Een toets van het "
            "programma loopt elke cel na, ook de lege.",
            en="Made from the profile with `openvis profile matrix`. An empty cell is no right. A test of the program goes "
            "through every cell, the empty ones too.",
        ).get(lang),
        _matrix(profile, lang),
        _heading(Text(nl="Wat er staat", en="What it says"), lang),
        "\n".join(f"- **{letter}**: {text.get(lang)}" for letter, text in LETTERS.items()),
        _notes(profile, lang),
        _heading(Text(nl="Compartimenten", en="Compartments"), lang),
        _compartments(profile, lang),
        _heading(Text(nl="Doelen", en="Purposes"), lang),
        _purposes(profile, lang),
        _heading(Text(nl="Rollen", en="Roles"), lang),
        _roles(profile, lang),
    ]
    return "\n\n".join(parts) + "\n"


def _heading(text: Text, lang: str) -> str:
    return f"## {text.get(lang)}"


def _matrix(profile: Profile, lang: str) -> str:
    numbers = {key: f"{number}" for number, key in enumerate(profile.access.notes, start=1)}
    everybody = Text(nl="wie geen account heeft", en="who has no account").get(lang)

    def line(name: str, row: dict[CompartmentId, Cell]) -> list[str]:
        cells = [row.get(item.id, Cell()) for item in profile.compartments]
        return [name, *(f"{cell.written} ({numbers[cell.note]})" if cell.note else cell.written for cell in cells)]

    head = [Text(nl="rol", en="role").get(lang), *(item.letter for item in profile.compartments)]
    rows = [line(everybody, profile.public_row)]
    rows += [line(role.name.get(lang), profile.matrix[role.id]) for role in profile.roles]
    return table(head, rows)


def _notes(profile: Profile, lang: str) -> str:
    part = Text(nl="(alleen dat deel)", en="(that part only)").get(lang)
    lines = [
        f"{number}. {note.name.get(lang)}{f' {part}' if note.part else ''}"
        for number, note in enumerate(profile.access.notes.values(), start=1)
    ]
    head = Text(nl="De cijfers in de cellen:", en="The numbers in the cells:").get(lang)
    return head + "\n\n" + "\n".join(lines)


def _compartments(profile: Profile, lang: str) -> str:
    head = [
        Text(nl="letter", en="letter"), Text(nl="compartiment", en="compartment"), Text(nl="gegevens", en="data"),
        Text(nl="kan worden voorgesteld aan", en="may be proposed to"),
    ]  # fmt: skip
    letters = {item.id: item.letter for item in profile.compartments}
    rows = [
        (
            item.letter,
            f"{item.name.get(lang)} (`{item.id}`)",
            item.holds.get(lang),
            joined([letters[key] for key in item.feeds], ", "),
        )
        for item in profile.compartments
    ]
    return table([text.get(lang) for text in head], rows)


def _purposes(profile: Profile, lang: str) -> str:
    head = [
        Text(nl="doel", en="purpose"), Text(nl="grondslag", en="legal ground"), Text(nl="compartiment", en="compartment"),
        Text(nl="wie het kan kiezen", en="who may choose it"),
    ]  # fmt: skip
    rows = [
        (
            item.name.get(lang),
            item.ground.get(lang),
            joined([profile.compartment(key).letter for key in item.compartments], ", "),
            joined([profile.role(key).name.get(lang) for key in item.roles], ", "),
        )
        for item in profile.purposes
    ]
    return table([text.get(lang) for text in head], rows)


def _roles(profile: Profile, lang: str) -> str:
    head = [
        Text(nl="rol", en="role"), Text(nl="organisatie", en="organisation"), Text(nl="waar", en="where"),
        Text(nl="tweede factor", en="second factor"), Text(nl="bevoegdheden", en="abilities"),
    ]  # fmt: skip
    return table([text.get(lang) for text in head], [_role(profile, role, lang) for role in profile.roles])


def _role(profile: Profile, role: Role, lang: str) -> list[str]:
    yes = Text(nl="ja", en="yes").get(lang)
    return [
        role.name.get(lang), profile.organisation(role.organisation).name.get(lang), SCOPES[role.scope].get(lang),
        yes if role.second_factor else "", joined([f"`{ability}`" for ability in role.abilities], ", "),
    ]  # fmt: skip

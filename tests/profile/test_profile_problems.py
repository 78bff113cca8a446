"""A wrong profile says what is wrong, where, and what was expected; all of it at once."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from openvis.cli.profile import profile as command
from openvis.profile import ProfileError, load

ORIGINAL = Path(__file__).resolve().parents[1] / "data" / "profiles" / "veldermeer"
Edit = Callable[[str, str, str], int]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "veldermeer"
    shutil.copytree(ORIGINAL, target)
    return target


@pytest.fixture
def edit(copy: Path) -> Edit:
    def replace(file: str, old: str, new: str) -> int:
        """Replace a text once; gives the line it stands on."""
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace


def problems(directory: Path) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        load(directory)
    for line in caught.value.problems:
        assert re.match(r"^[\w./-]+:\d+: [^:]+: .*(expected|no such|absent|found)", line), line
    return caught.value.problems


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "says"),
    [
        ("profile.yaml", "theme: ma", "theme: pink", "municipality.theme", "'pink', expected one of voorbeeld, ma"),
        ("profile.yaml", "code: GM9901", "code: 9901", "municipality.code", "found 9901, expected a text"),
        ("profile.yaml", "timezone: Europe/Amsterdam", "timezone: Mars/Base", "municipality.timezone", "Mars/Base"),
        ("profile.yaml", "crs: 28992", "crs: 4326", "municipality.crs", "an EPSG code in metres"),
        ("profile.yaml", "rate_floor: 500", "rate_flor: 500", "municipality.rate_flor", "no such key"),
        ("profile.yaml", "  enforcer:", "  enforcr:", "terms.enforcr", "found 'enforcr', expected one of"),
        ("profile.yaml", "source: open-counts", "source: police", "counts.0.source", "a source of counts"),
        ("profile.yaml", "counts/open.csv", "counts/gone.csv", "counts.0.file", "a file in the profile"),
        ("barriers.yaml", "partners: [wardens]", "partners: [warden]", "models.0.steps.0.barriers.0.partners.0",
         "found 'warden', expected one of harbour, wardens, water_board"),
        ("barriers.yaml", "instrument: civil", "instrument: polite", "models.0.steps.1.barriers.1.instrument",
         "found 'polite'"),
        ("barriers.yaml", "{id: wardens,", "{id: harbour,", "partners.1.id", "every id once"),
        ("barriers.yaml", "nl: Varen en storten", "nl: Een lading aannemen", "models.0.steps.1.nl",
         "every step under a name of its own"),
        ("barriers.yaml", "    steps:\n", "    since: 2020\n    steps:\n", "models.0.since", "no such key"),
        ("themes.yaml", "level: district", "level: distrct", "level", "found 'distrct', expected one of district, kern"),
        ("themes.yaml", "{dpia: V-9, date: 2026-02-01}", "{dpia: V-9}", "risk.assessment", "absent, expected a value"),
        ("themes.yaml", "{dpia: V-9, date", "{dpia: '', date", "risk.assessment.dpia", "a text that is not empty"),
        ("themes.yaml", "date: 2026-02-01", "date: soon", "risk.assessment.date", "a date such as 2026-01-31"),
        ("themes.yaml", "counts/firms.csv", "../firms.csv", "risk.firms", "'../firms.csv', expected a text of the form"),
        ("themes.yaml", "counts/firms.csv", "counts/gone.csv", "risk.firms", "make it with `openvis profile firms`"),
        ("themes.yaml", "  source:", "  sourc:", "risk", "no such key here"),
        ("themes.yaml", "{signals: 1,", "{signals: 0,", "risk.weights.signals", "a number greater than 0"),
        ("themes.yaml", "{boats: [", "{boots: [", "risk.activities.boots", "found 'boots', expected one of boats, farms"),
        ("themes.yaml", "['01']", "['7734']", "risk.activities.farms.0", "found '7734', expected every activity once"),
        ("counts/firms.csv", "area,branch,firms", "area;branch;firms", "file", "the columns area, branch, firms"),
        ("counts/firms.csv", "zuid,boats,12", "south,boats,12", "area", "found 'south', expected one of noord, zuid"),
        ("counts/firms.csv", "zuid,boats,12", "zuid,boots,12", "branch", "found 'boots', expected one of boats, farms"),
        ("counts/firms.csv", "zuid,boats,12", "zuid,boats,-3", "firms", "a number of at least 0"),
        ("counts/firms.csv", "zuid,boats,12", "zuid,boats,12.5", "firms", "a whole number"),
        ("counts/firms.csv", "zuid,boats,12", "zuid,boats,", "firms", "a whole number"),
        ("counts/firms.csv", "zuid,boats,12", "zuid,boats", "row", "3 cells: area, branch, firms"),
        ("counts/firms.csv", "noord,boats,25", "zuid,boats,25", "area", "'zuid', expected every area and branch once"),
        ("roles.yaml", "picture.rows", "picture.row", "roles.0.abilities.1", "found 'picture.row'"),
        ("roles.yaml", "scope: area", "scope: areas", "roles.1.scope", "one of city, area, own"),
        ("roles.yaml", "organisation: town, scope: city", "organisation: village, scope: city", "roles.0.organisation",
         "one of police_north, town"),
        ("roles.yaml", "scope: area, abilities: [observation.enter]", "scope: area, abilities: [picture.rows]",
         "roles.2.abilities.0", "an ability that the row of warden in access.yaml allows: it needs incidents:r"),
        ("signals.yaml", "anonymous: false", "anonymous: maybe", "anonymous", "'maybe', expected true or false"),
        ("signals.yaml", "k: 5", "k: 2", "k", "a number of at least 3"),
        ("signals.yaml", "departments: [town]", "departments: [village]", "departments.0", "one of police_north, town"),
        ("signals.yaml", "refused: cases", "refused: never", "retention.refused", "found 'never', expected one of"),
        ("signals.yaml", "{id: farms, name", "{id: boats, name", "branches.1.id", "every id once"),
        ("signals.yaml", "127.0.0.0/8", "127.0.0.1/8", "index.networks.0", "a network such as 10.0.0.0/8"),
        ("access.yaml", "warden: {O: r (street), S: e (own)}", "warden: {O: r, Y: e}", "matrix.warden.Y",
         "found 'Y', expected the letter of a compartment: one of F, H, I, L, O, P, R, S, V, W, Z"),
        ("access.yaml", "village_coordinator: {F: r, I: ra, O: erda", "village_coordinator: {F: r, I: ra, O: edra",
         "matrix.village_coordinator.O", "found 'edra', expected letters of erdamc in this order"),
        ("access.yaml", "warden: {O: r (street)", "warden: {O: x", "matrix.warden.O", "found 'x', expected letters"),
        ("access.yaml", "warden: {O: r (street)", "warden: {O: r (sea)", "matrix.warden.O",
         "found 'sea', expected a key of notes: one of casus, own, street, tabled"),
        ("access.yaml", "  team_lead: {Z: ra}", "  team_leader: {Z: ra}", "matrix.team_leader", "a role of roles.yaml"),
        ("access.yaml", "{P: r}", "{P: r, I: r}", "public.I", "at most e here, or r with a note that names a part"),
        ("access.yaml", "{P: r}", "{P: r, V: e}", "public.V", "at most e here"),
        ("access.yaml", "- {id: victims, letter: V", "- {id: victimz, letter: V", "compartments.6.id",
         "found 'victimz', expected one of public, aggregates"),
        ("access.yaml", "letter: V", "letter: H", "compartments.6.letter", "every letter once"),
        ("access.yaml", "letter: H", "letter: h", "compartments.5.letter", "a text of the form ^[A-Z]$"),
        ("access.yaml", "subjects: {nl: buren, en: neighbours}, controller: town",
         "subjects: {nl: buren, en: neighbours}, controller: village", "compartments.5.controller", "an organisation"),
        ("access.yaml", "partners: [police_north]", "partners: [fbi]", "compartments.2.partners.0", "an organisation"),
        ("access.yaml", "feeds: [nuisance]", "feeds: [bibob]", "compartments.3.feeds.0",
         "found 'bibob', expected a compartment of this file"),
        ("access.yaml", "feeds: [nuisance]", "feeds: [public]", "compartments.3.feeds", "no way to the public"),
        ("access.yaml", "term: log}", "term: logs}", "compartments.9.term",
         "found 'logs', expected an id under terms: one of accounts, aggregates"),
        ("access.yaml", "term: cases, answers: hit", "term: cases, answers: rows", "compartments.5.answers",
         "hit or nothing"),
        ("access.yaml", "years: 3, months: 6", "years: 0", "terms.5", "no years, months or days, expected at least one"),
        ("access.yaml", "begins: delivered", "begins: sometime", "terms.2.begins", "one of happened, recorded"),
        ("access.yaml", "compartments: [victims], roles", "compartments: [bibob], roles", "purposes.4.compartments.0",
         "found 'bibob', expected a compartment of this file"),
        ("access.yaml", "roles: [aftercare_adviser]", "roles: [nurse]", "purposes.4.roles.0", "a role of roles.yaml"),
        ("access.yaml", "roles: [aftercare_adviser]", "roles: [aftercare_adviser, keeper]", "purposes.4.roles.1",
         "a role with a cell in every compartment of this purpose; it has none in victims"),
        ("access.yaml", "roles: [data_adviser, village_coordinator]", "roles: [data_adviser, village_coordinator, warden]",
         "purposes.0.roles.2", "it has none in incidents"),
        ("access.yaml", "starts: 2024-01-01, review: 2026-01-01", "starts: 2027-01-01, review: 2026-01-01",
         "covenants.0", "expected them in this order"),
        ("access.yaml", "parties: [town, police_north]", "parties: [town, navy]", "covenants.0.parties.1", "an organis"),
        ("access.yaml", "controller: [town], compartments: [nuisance]", "controller: [town], compartments: [bibob]",
         "covenants.0.compartments.0", "a compartment of this file"),
        ("sources/police.yaml", "covenant: {name: Afspraken Veldermeer, starts: 2022-01-01, ends: 2027-12-31}",
         "covenant_id: neighbors", "covenant_id", "found 'neighbors', expected a covenant of access.yaml: one of neigh"),
        ("kinds.yaml", "number: 102", "number: 101", "kinds.1.number", "every number once"),
        ("kinds.yaml", "theme: V1", "theme: V9", "kinds.0.theme", "a topic of plan.yaml"),
        ("kinds.yaml", "harm: 15", "harm: -1", "kinds.0.harm", "a number greater than 0"),
        ("kinds.yaml", "group: diefstal, harm: 15", "group: theft, harm: 15", "kinds.0.group", "diefstal, hinder"),
        ("plan.yaml", "goals: [VG1]", "goals: [VG7]", "themes.0.topics.0.actions.0.goals.0", "the id of a goal"),
        ("plan.yaml", "indicators: [burglary]", "indicators: [burglry]", "themes.0.topics.0.goals.0.indicators.0",
         "an id under indicators"),
        ("plan.yaml", "id: VG2", "id: VG1", "themes.0.topics.1.goals.0.id", "every id once in the plan"),
        ("plan.yaml", "kinds: [inbraak]", "kinds: [inbrak]", "indicators.0.kinds.0", "a kind of kinds.yaml"),
        ("plan.yaml", "owner: police_north", "owner: coast_guard", "themes.0.topics.1.actions.0.owner", "an organ"),
        ("plan.yaml", "phase: [preventive]", "phase: [later]", "themes.0.topics.0.actions.0.phase.0", "one of"),
        ("plan.yaml", "to: 2027-12-31", "to: soon", "plan.period.to", "a date such as 2026-01-31"),
        ("sources/police.yaml", "boat theft: bootdiefstal", "boat theft: boten", "columns.kind.map.boat theft",
         "a kind of kinds.yaml"),
        ("sources/police.yaml", "level: kern", "level: buurt", "columns.place.area.level", "district, kern"),
        ("sources/police.yaml", "provider: police_north", "provider: fbi", "provider", "one of police_north, town"),
        ("sources/police.yaml", "ends: 2027-12-31", "ends: 2020-01-01", "covenant", "expected starts before ends"),
        ("sources/police.yaml", "crs: 4326", "crs: 3857", "columns.place.xy.crs", "one of 28992, 4326"),
        ("sources/police.yaml", "retention_days: 1095", "retention_days: 0", "retention_days", "greater than 0"),
        ("sources/police.yaml", "id: police\n", "id: polis\n", "id", "police, the name of the file"),
        ("sources/open-counts.yaml", "counts:\n", "counts:\n  wide: {a: 2020}\n", "counts", "either period and value"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_at_its_line(
    copy: Path, edit: Edit, file: str, old: str, new: str, key: str, says: str
) -> None:
    line = edit(file, old, new)
    found = problems(copy)
    match = [text for text in found if text.startswith(f"{file}:{line}: {key}") and says in text]
    assert match, found


@pytest.mark.parametrize(
    ("secret", "old", "new", "key", "says"),
    [
        ("victims", "answers: nothing}", "answers: hit}", "answers", "nothing: victims never tells who is known"),
        ("victims", "answers: nothing}", "answers: rows}", "answers", "nothing: victims never tells who is known"),
        ("victims", "answers: nothing}", "answers: nothing, feeds: [nuisance]}", "feeds", "nothing: victims feeds no"),
        ("radicalisation", "answers: nothing}", "answers: hit}", "answers", "nothing: radicalisation never tells"),
    ],
)
def test_a_hard_wall_stays(copy: Path, secret: str, old: str, new: str, key: str, says: str) -> None:
    path = copy / "access.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"{{id: {secret},")
    at = text.index(old, start)
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    line, number = text[:at].count("\n") + 1, 6 if secret == "victims" else 7
    found = problems(copy)
    assert [text for text in found if text.startswith(f"access.yaml:{line}: compartments.{number}.{key}: ")], found
    assert any(says in text for text in found)


def test_the_index_feeds_nothing(copy: Path, edit: Edit) -> None:
    ends = "dpia: V-7, term: cases, answers: hit"
    line = edit("access.yaml", ends, f"{ends}, feeds: [operations]")
    found = problems(copy)
    assert any(text.startswith(f"access.yaml:{line}: compartments.10.feeds") for text in found), found
    assert any("found ['operations'], expected nothing: index feeds no other" in text for text in found), found


def test_a_role_without_a_row_is_refused(copy: Path, edit: Edit) -> None:
    edit("access.yaml", "  keeper: {Z: er}\n", "")
    found = problems(copy)
    line = (copy / "access.yaml").read_text(encoding="utf-8").split("\nmatrix:")[0].count("\n") + 2
    assert found == [
        f"access.yaml:{line}: matrix: found 'no row for keeper', expected a row for every role, {{}} when it may nothing",
        *[text for text in found if ".roles" in text],
    ]


def test_who_takes_a_right_away_is_told_which_abilities_hang_on_it(copy: Path, edit: Edit) -> None:
    edit("access.yaml", "data_adviser: {F: r, I: er", "data_adviser: {F: r, I: r")
    found = problems(copy)
    roles = (copy / "roles.yaml").read_text(encoding="utf-8").splitlines()
    assert len(found) == 7, found
    for text in found:
        line, ability = int(text.split(":")[1]), text.split("found '")[1].split("'")[0]
        assert ability in roles[line - 1]
        assert ability in {
            "intake.view", "intake.upload", "intake.sources", "intake.withdraw", "observation.enter", "places.keep",
            "places.assess",
        }  # fmt: skip


def test_a_note_that_names_a_part_opens_no_whole(copy: Path, edit: Edit) -> None:
    line = edit("roles.yaml", "abilities: [observation.enter],", "abilities: [observation.enter, briefing.view],")
    edit("access.yaml", "warden: {O: r (street)", "warden: {I: r (street), O: r (street)")
    assert any(text.startswith(f"roles.yaml:{line}: roles.2.abilities.1: ") for text in problems(copy))


def test_who_reads_persons_needs_a_second_factor(copy: Path, edit: Edit) -> None:
    line = edit("roles.yaml", "abilities: [], second_factor: true", "abilities: [], second_factor: false")
    assert problems(copy) == [
        f"roles.yaml:{line}: roles.5.second_factor: found False, expected true: aftercare_adviser reads victims"
    ]


def test_who_reads_persons_needs_a_purpose_to_state(copy: Path, edit: Edit) -> None:
    line = edit("access.yaml", "  aftercare_adviser: {V: era}", "  aftercare_adviser: {V: era, H: r}")
    assert problems(copy) == [
        f"access.yaml:{line}: matrix.aftercare_adviser.H: found 'r', "
        "expected a purpose under purposes that aftercare_adviser may choose for nuisance"
    ]


def test_all_problems_are_told_at_once(copy: Path, edit: Edit) -> None:
    edit("profile.yaml", "theme: ma", "theme: pink")
    edit("kinds.yaml", "number: 102", "number: 101")
    edit("sources/police.yaml", "provider: police_north", "provider: fbi")
    edit("roles.yaml", "scope: area", "scope: areas")
    files = {text.split(":")[0] for text in problems(copy)}
    assert files == {"profile.yaml", "roles.yaml", "kinds.yaml"}, problems(copy)
    # What refers to a file that could not be read is not judged: that would be noise.
    edit("profile.yaml", "theme: pink", "theme: ma")
    edit("roles.yaml", "scope: areas", "scope: area")
    files = {text.split(":")[0] for text in problems(copy)}
    assert files == {"kinds.yaml", "sources/police.yaml"}


def test_a_source_that_cannot_be_read_is_reported_once(copy: Path, edit: Edit) -> None:
    edit("sources/open-counts.yaml", "retention_days: 3650", "retention_days: long")
    assert [text.split(":")[0] for text in problems(copy)] == ["sources/open-counts.yaml"]


def test_yaml_that_is_broken_names_its_line(copy: Path, edit: Edit) -> None:
    line = edit("kinds.yaml", "harm: 40}", "harm: 40")
    found = problems(copy)
    assert any(text.startswith("kinds.yaml:") and int(text.split(":")[1]) >= line for text in found), found


def test_a_key_twice_is_refused(copy: Path, edit: Edit) -> None:
    edit("sources/police.yaml", "originals_days: 14", "originals_days: 14\noriginals_days: 15")
    assert any("every key once" in text for text in problems(copy))


def test_free_text_is_kept_only_with_a_reason(copy: Path) -> None:
    path = copy / "sources" / "police.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "  free_text: [{column: story, keep: true}]\n", encoding="utf-8")
    assert any("the reason why free text is needed" in text for text in problems(copy))


def change_area(copy: Path, number: int, **properties: object) -> None:
    path = copy / "areas" / "neighbourhoods.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"][number]["properties"].update(properties)
    write(path, data)


def write(path: Path, data: dict[str, object]) -> None:
    features = ",\n".join(json.dumps(feature) for feature in data["features"])  # type: ignore[attr-defined]
    head = json.dumps({key: value for key, value in data.items() if key != "features"})
    path.write_text(f'{head[:-1]}, "features":[\n{features}\n]}}', encoding="utf-8")


def test_an_area_in_an_unknown_district_is_reported_at_its_line(copy: Path) -> None:
    change_area(copy, 3, district="west")
    found = problems(copy)
    assert found == [
        "areas/neighbourhoods.geojson:5: district: found 'west', expected the code of an area in areas/districts.csv"
    ]


def test_an_area_without_district_is_refused(copy: Path) -> None:
    change_area(copy, 0, district=None)
    assert "areas/neighbourhoods.geojson:2: district: absent for veen-01" in problems(copy)[0]


def test_a_code_twice_is_refused(copy: Path) -> None:
    change_area(copy, 1, code="veen-01")
    assert any("a code once (also on line 2)" in text for text in problems(copy))


def test_a_figure_that_is_no_number_is_refused(copy: Path) -> None:
    change_area(copy, 2, inhabitants="many", cafes="few")
    found = problems(copy)
    assert any(":4: inhabitants: found 'many', expected a whole number" in text for text in found)


def test_areas_that_overlap_are_refused(copy: Path) -> None:
    path = copy / "areas" / "neighbourhoods.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"][1]["geometry"]["coordinates"][0][0][0] -= 100
    data["features"][1]["geometry"]["coordinates"][0][-1][0] -= 100
    write(path, data)
    assert any("veen-01 and veen-02 overlap by" in text for text in problems(copy))


def test_a_polygon_that_crosses_itself_is_refused(copy: Path) -> None:
    path = copy / "areas" / "neighbourhoods.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    ring = data["features"][0]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    write(path, data)
    assert any(text.startswith("areas/neighbourhoods.geojson:2: geometry: not valid") for text in problems(copy))


def test_a_csv_row_with_a_value_too_many_names_its_line(copy: Path, edit: Edit) -> None:
    edit("areas/districts.csv", "noord,Veldermeer-Noord", "noord,Veldermeer,Noord")
    assert any(text.startswith("areas/districts.csv:3: row") for text in problems(copy))


def test_a_file_that_is_absent_is_named(copy: Path) -> None:
    (copy / "plan.yaml").unlink()
    assert problems(copy) == ["plan.yaml:1: file: not found, expected a YAML file"]


def test_the_command_answers_calmly(copy: Path, edit: Edit) -> None:
    runner = CliRunner()
    good = runner.invoke(command, ["check", str(copy)])
    assert good.exit_code == 0
    assert "Veldermeer (GM9901) is in order." in good.output
    assert "9 village parts" in good.output
    edit("profile.yaml", "theme: ma", "theme: pink")
    from openvis.cli import main as entry

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["openvis", "profile", "check", str(copy)])
        with pytest.raises(SystemExit) as stop:
            entry.main()
    assert stop.value.code == 2


def test_a_folder_that_is_no_profile_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"profile\.yaml:1: file: not found"):
        load(tmp_path)

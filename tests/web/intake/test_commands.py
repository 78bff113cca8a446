"""The commands: `openvis import` and `openvis batch`, in English, with exit codes."""

from pathlib import Path

from checks import store_equals_record
from click.testing import CliRunner, Result
from intake_files import as_csv, police_csv, row

from openvis.cli.intake import batch, import_file
from openvis.web.intake.models import Batch, Incident

POLICE = "politie-incidenten"


def call(command, *arguments: object, given: str = "") -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], input=given)


def test_import_tells_the_sum_and_the_reasons(almere, tmp_path: Path) -> None:
    path = tmp_path / "levering.csv"
    path.write_bytes(as_csv([row(0), row(1, begindatum="gisteren"), row(2, x="", y="")]))
    done = call(import_file, path, "--source", POLICE)
    assert done.exit_code == 0, done.output
    assert "2 new + 0 updated + 0 skipped + 1 rejected = 3 rows read." in done.output
    assert "1 rows have no place on the map" in done.output
    assert "row 3: gisteren" in done.output
    again = call(import_file, path, "--source", POLICE)
    assert again.exit_code == 0
    assert "was loaded already" in again.output
    assert "new +" not in again.output


def test_refusals_say_why_and_fail(almere, tmp_path: Path) -> None:
    wrong = tmp_path / "brief.csv"
    wrong.write_bytes(b"%PDF-1.7")
    for arguments, told in (
        ((wrong, "--source", POLICE), "whatever its name says"),
        ((tmp_path / "er-niet.csv", "--source", POLICE), "does not exist"),
        ((wrong, "--source", "nergens"), "politie-incidenten"),
    ):
        done = call(import_file, *arguments, "--quiet")
        assert done.exit_code != 0
        assert told in done.output
        assert "Traceback" not in done.output


def test_look_withdraw_and_rejected(almere, tmp_path: Path) -> None:
    path = tmp_path / "levering.csv"
    path.write_bytes(police_csv(4) + as_csv([row(9, begindatum="gisteren")]).split(b"\r\n")[1])
    call(import_file, path, "--source", POLICE, "--quiet")
    key = Batch.objects.get().pk
    assert str(key) in call(batch, "list").output
    assert "4 + 0 + 0 + 1 = 5" in call(batch, "list", "--all").output
    assert "gisteren" in call(batch, "rejected", key).output
    assert "4 rows vanish." in call(batch, "preview-withdrawal", key).output
    assert call(batch, "withdraw", key, given="n\n").exit_code == 1
    assert Incident.objects.count() == 4
    done = call(batch, "withdraw", key, "--yes")
    assert "Withdrawn." in done.output
    assert Incident.objects.count() == 0
    store_equals_record()
    assert "expected one that is loaded" in call(batch, "withdraw", key, "--yes").output
    assert call(batch, "withdraw", "00000000-0000-0000-0000-000000000000").exit_code == 2
    assert "Destroyed: 0 original files" in call(batch, "expire").output

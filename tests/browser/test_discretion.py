"""Names planted wherever somebody can type or send one: the server's log holds none (see `server_log`)."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser import planted
from openvis.web.ui import registry
from web.intake.intake_files import as_csv, row

PASSWORD = "a password of a test"


def test_names_in_sign_in_search_uploads_and_observations_stay_out_of_the_log(
    page: Any, person: Callable[[str], Any], city: Any, server_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    person("analyst")
    page.goto(f"/account/inloggen/?next=/zoeken/?q={planted.WORD}")
    page.fill("#id_login", planted.EMAIL)
    page.fill("#id_password", planted.SURNAME)
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    page.fill("#id_login", "analyst@test.example")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "inloggen" not in url)
    page.goto(f"/zoeken/?q={planted.WORD}")
    page.goto(f"/{planted.SURNAME}/?q={planted.EMAIL}")
    offer(page, f"{planted.SURNAME}.csv", as_csv([row(1), row(2, maatschappelijke_klasse=planted.STORY)]))
    offer(page, f"{planted.SURNAME}.xlsx", b"PK\x03\x04" + planted.STORY.encode())
    for fields in ({"kind": planted.SURNAME, "moment": planted.STORY}, {"lon": planted.EMAIL}):
        token = page.context.cookies()
        headers = {"X-CSRFToken": next(item["value"] for item in token if item["name"] == "csrftoken")}
        page.request.post("/invoer/waarneming/", form=fields, headers={**headers, "Referer": page.url})
    page.request.post("/taal/", form={"language": planted.SURNAME})

    def fails(user: Any, words: str) -> Any:
        raise ValueError(f"{user} looked for {words}")

    monkeypatch.setattr(registry, "searches", [registry.Search("picture.view", fails)])
    assert page.goto(f"/zoeken/?q={planted.WORD}").status == 500
    said = server_log.read_text(encoding="utf-8")
    assert "500 GET /zoeken/" in said
    assert "404 GET (no page of ours)" in said
    assert planted.leaks(said) == []


def offer(page: Any, name: str, data: bytes) -> None:
    """Offer a file on the page for it."""
    page.goto("/invoer/bestand/")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.select_option("select[name=source]", index=1)
    page.click("main form button")
    page.wait_for_load_state()


def test_a_leak_would_be_found(tmp_path: Path):
    """The same search on a log that is written in the usual way, with a name in it."""
    file = tmp_path / "leaky.log"
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.emit(logging.makeLogRecord({"msg": "signed in: %s", "args": (planted.EMAIL.upper(),)}))
    handler.close()
    assert len(planted.leaks(file.read_text(encoding="utf-8"))) == 1

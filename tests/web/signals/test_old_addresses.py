"""A new file of the register takes no address away from a signal of before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from openvis.cli.areas import areas as command
from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.places.models import Address
from openvis.web.signals.models import Signal
from openvis.web.signals.similar import similar
from web.signals.conftest import SECRET
from web.signals.test_signal_pages import open_file

HEAD = "nummeraanduiding;straat;woonplaats;huisnummer;huisletter;toevoeging;postcode;status;begindatum;einddatum;x;y"
KEPT = "9901200000000001;Turfkade;Veldermeer;12;;;9411AB;Verblijfsobject in gebruik;;;229500;560500"
GOES = "9901200000000002;Sluisstraat;Veldermeer;1;;;9412CD;Verblijfsobject {};;;230500;560500"


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
@pytest.mark.parametrize("later", [KEPT, f"{KEPT}\n{GOES.format('ingetrokken')}"])
def test_a_signal_keeps_its_address_when_the_register_ends_it(
    city: Profile, make_signal: Callable[..., Signal], weigher: User, client_for: Callable[[Any], Client], tmp_path: Path,
    later: str,
) -> None:
    path = tmp_path / "bag.csv"

    def load(rows: str, *options: str) -> None:
        path.write_text(f"{HEAD}\n{rows}", encoding="utf-8")
        done = CliRunner().invoke(command, ["import-bag", str(path), *options])
        assert done.exit_code == 0, done.output

    load(f"{KEPT}\n{GOES.format('in gebruik')}")
    address = Address.objects.get(number_id="9901200000000002")
    signal, other = make_signal(address=address), make_signal(address=address)
    load(later, "--whole")
    address.refresh_from_db()
    assert address.ended
    signal.refresh_from_db()
    assert signal.address == address
    assert [item.signal for item in similar(signal)] == [other]
    client = client_for(weigher)
    page = open_file(client, reverse("signal", args=[signal.pk]), weigher).content.decode()
    assert SECRET in page
    assert "Sluisstraat 1" in page
    # Something else is put right, and the address comes along as it stands in the form.
    title, later_on = address.in_full(), city.signals.phenomena[1].id
    form = {"version": signal.version, "phenomenon": later_on, "branch": "", "address": title,
            "address-key": str(address.pk), "address-for": title}  # fmt: skip
    assert client.post(reverse("signal_do", args=[signal.pk, "gegevens"]), form).status_code == 302
    signal.refresh_from_db()
    assert (signal.phenomenon, signal.address) == (later_on, address)

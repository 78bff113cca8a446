"""`openvis people`: gives, ends and lists, and refuses with words."""

import pytest
from click.testing import CliRunner

from openvis.cli.people import people
from openvis.web.access import demo
from openvis.web.access.models import User


def run(*arguments, text=None):
    return CliRunner().invoke(people, list(arguments), input=text)


def test_an_account_a_role_and_its_end(city):
    analyst = demo.roles_by_alias(city)["analyst"]
    made = run("add", "jan@test.example", "Jan", "--organisation", analyst.organisation, "--password-file", "-",
               text="a password of a test\n")
    assert made.exit_code == 0, made.output
    assert User.objects.get().check_password("a password of a test")
    given = run("grant", "jan@test.example", analyst.id, "--reason", "new job", "--until", "2099-01-31")
    assert given.exit_code == 0, given.output
    listed = run("list").output
    assert "jan@test.example" in listed
    assert f"{analyst.id} (heel {city.municipality.name}, until 2099-01-31)" in listed or analyst.id in listed
    assert run("revoke", "jan@test.example", analyst.id).exit_code == 0
    assert "no role" in run("list").output
    assert run("close", "jan@test.example").exit_code == 0
    assert "[closed]" in run("list").output


@pytest.mark.parametrize("city", ["almere"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "no address", "Jan"], "e-mail address: 'no address' is not one"),
        (["grant", "nobody@test.example", "x", "--reason", "r"], "'nobody@test.example' has no account"),
        (["grant", "outsider@test.example", "wizard", "--reason", "r"], "role: 'wizard' is not in the profile"),
        (["grant", "outsider@test.example", "veiligheidsmanager", "--reason", "r"], "expected one or more codes"),
        (["revoke", "outsider@test.example", "beheerder"], "has no role 'beheerder' now"),
    ],
)
def test_what_does_not_fit_is_refused_with_words(city, outsider, arguments, says):
    answer = run(*arguments)
    assert answer.exit_code != 0
    assert says in answer.output
    assert not outsider.grants.exists()

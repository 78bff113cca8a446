"""Resilience of a demonstration: threats against staff in every state, and awareness sessions of two years."""

from collections.abc import Iterator

from openvis.web.access.models import User
from openvis.web.access.stage import Script, Stage

from . import selectors, services
from .models import Aftercare, Kind, Police, ThreatIncident
from .services import Handling, Told

WHAT = (
    (Kind.VERBAL, "baliemedewerker", "Schold aan de balie omdat een aanvraag niet compleet was."),
    (Kind.THREAT, "toezichthouder", "Zei bij een controle: kom hier nog eens en je weet wat er gebeurt."),
    (Kind.ONLINE, "beleidsmedewerker", "Naam en foto stonden in een bericht op een openbare pagina."),
    (Kind.INTIMIDATION, "vergunningverlener", "Drong drie keer aan op een snelle beslissing en noemde de vorige collega."),
    (Kind.VERBAL, "handhaver", "Een groep schold en filmde tijdens een controle op straat."),
    (Kind.BRIBE, "inspecteur", "Bood bij een bezoek een envelop aan, die niet is aangenomen."),
    (Kind.FOLLOWED, "handhaver", "Een auto reed na de dienst twintig minuten achter de melder aan."),
    (Kind.DAMAGE, "toezichthouder", "Een dienstauto bleek bekrast na een controle."),
)
POLICE = (Police.NO_OFFENCE, Police.FILED, Police.NOT_WANTED, Police.EMPLOYER)
AFTERCARE = (Aftercare.DECLINED, Aftercare.GIVEN, Aftercare.OFFERED)
FOLLOW_UP = "Besproken met de leidinggevende; afspraken gemaakt over werken met twee."
SESSIONS = (
    (400, "Herkennen van ondermijning aan de balie"), (300, "Veilig werken bij een controle"),
    (190, "Herkennen van ondermijning op straat"), (75, "Druk op een besluit: wat doe je?"),
    (20, "Online bedreigd: wat nu?"),
)  # fmt: skip
THREATS = 22


def scripts(stage: Stage) -> Iterator[Script]:
    """Staff report; whoever keeps the register handles and closes, and enters the sessions."""
    departments = list(selectors.departments(stage.profile, stage.profile.municipality.language))
    reporters, keeper = stage.all(services.REPORT), stage.who(services.KEEP)
    for number in range(THREATS if reporters else 0):
        reporter = reporters[number * 3 % len(reporters)]
        yield _threat(stage, number, reporter, departments[number * number % len(departments)], keeper)
    for at, (ago, title) in enumerate(SESSIONS if keeper is not None else ()):
        yield _session(stage, keeper, ago, title, departments[: 2 + at % 3])


def _threat(stage: Stage, number: int, reporter: User, department: str, keeper: User | None) -> Script:
    """The newest was only reported, the next is being handled, the rest is closed."""
    kind, function, what = WHAT[number % len(WHAT)]
    ago = 3 + 18 * number
    yield stage.moment(ago, 9 + number % 8)
    with stage.acts(reporter):
        made = services.report(reporter, Told(kind, stage.day(ago + 1), department, function, what))
    if keeper is None or number == 0:
        return
    yield stage.moment(max(ago - 2, 2), 10)
    version = _handle(stage, keeper, made, Police.OPEN, Aftercare.OFFERED, done=False)
    if number > 2:
        yield stage.moment(ago - 15, 15)
        made.version = version
        _handle(stage, keeper, made, POLICE[number % 4], AFTERCARE[number % 3], done=True)


def _handle(
    stage: Stage, keeper: User, incident: ThreatIncident, police: Police, aftercare: Aftercare, *, done: bool
) -> int:
    act = services.close if done else services.handle
    with stage.acts(keeper):
        return act(keeper, incident.pk, incident.version, Handling(police, aftercare, FOLLOW_UP)).version


def _session(stage: Stage, keeper: User | None, ago: int, title: str, departments: list[str]) -> Script:
    if keeper is None:
        return
    yield stage.moment(ago, 16)
    with stage.acts(keeper):
        came = {key: (18 + 4 * at, 12 + (ago + 5 * at) % 6) for at, key in enumerate(departments)}
        services.hold_session(keeper, title, stage.day(ago), came)

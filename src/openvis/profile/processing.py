"""The register of processing (verwerkingsregister, AVG art. 30), as table and as page, from the profile alone."""

import csv
from dataclasses import astuple, dataclass, fields
from io import StringIO

from openvis.profile.access import Compartment, CompartmentId, PartnerCovenant, RetentionTerm
from openvis.profile.loader import Profile
from openvis.profile.text import Text
from openvis.profile.wording import MOMENTS, joined, table, unit


@dataclass(frozen=True)
class Processing:
    """One processing: a compartment and all that the law wants to know of it. Every field is text for people."""

    name: str
    controller: str
    purpose: str
    ground: str
    subjects: str
    data: str
    recipients: str
    term: str
    measures: str
    dpia: str


HEADINGS = {
    "name": Text(nl="Verwerking", en="Processing"),
    "controller": Text(nl="Verwerkingsverantwoordelijke", en="Controller"),
    "purpose": Text(nl="Doelen", en="Purposes"),
    "ground": Text(nl="Grondslag", en="Legal ground"),
    "subjects": Text(nl="Categorieën betrokkenen", en="Categories of persons"),
    "data": Text(nl="Categorieën gegevens", en="Categories of data"),
    "recipients": Text(nl="Ontvangers", en="Recipients"),
    "term": Text(nl="Bewaartermijn", en="Retention"),
    "measures": Text(nl="Maatregelen", en="Measures"),
    "dpia": Text(nl="DPIA", en="DPIA"),
}
CIRCLES = {
    "public": Text(nl="openbaar", en="open to everybody"),
    "aggregate": Text(nl="alleen opgeteld", en="totals only"),
    "own_work": Text(nl="alleen wie eraan werkt, met een doel", en="only who works on it, with a purpose"),
    "purpose": Text(
        nl="alleen met een doel dat vooraf is gezegd, per dossier", en="only with a purpose stated before, for each file"
    ),
}
WITHOUT_PERSONS = {
    True: Text(nl="verantwoorden aan inwoners en raad", en="account to residents and council"),
    False: Text(
        nl="weten waar en wanneer het onveilig is, en daarop sturen", en="know where and when it is unsafe, and steer on it"
    ),
}
"""What compartments are for in which no persons are, and that need no stated purpose: what is published, and totals."""
ANSWERS = {
    "rows": Text(nl="anderen zien wat er staat", en="others see what is there"),
    "hit": Text(
        nl="anderen zien hooguit dát iets bekend is, en wie zij bellen",
        en="others see at most that something is known, and whom to call",
    ),
    "nothing": Text(
        nl="anderen zien niets, ook niet of iets bekend is", en="others see nothing, not even whether it is known"
    ),
}
GENERAL = (
    Text(
        nl="Rechten alleen door een rol met bron, reden en einddatum; elk jaar beoordeeld. Beheerder zijn opent niets.",
        en="Rights only by a role with source, reason and end date; reviewed every year. Being administrator opens nothing.",
    ),
    Text(
        nl="Twee muren: regels in het programma en rijbeveiliging in de database.",
        en="Two walls: rules in the program and row-level security in the database.",
    ),
    Text(
        nl="Inloggen met een tweede factor voor elke rol die meer ziet dan totalen, plan en eigen invoer.",
        en="Sign-in with a second factor for every role that sees more than totals, the plan and own entries.",
    ),
    Text(
        nl="Wie wat deed of zag staat in een auditlogboek waarin geen regel ongemerkt kan veranderen.",
        en="Who did or saw what is in an audit log in which no entry can change unnoticed.",
    ),
    Text(
        nl="Gemarkeerde velden zijn versleuteld; de sleutels liggen buiten de database. Geen burgerservicenummers.",
        en="Marked fields are encrypted; the keys lie outside the database. No citizen service numbers.",
    ),
    Text(
        nl="Gegevens gaan alleen door een handeling van het ene compartiment naar het andere: voorgesteld en aangenomen.",
        en="Data go from one compartment to another only by an act: proposed and accepted.",
    ),
)
"""What holds for every processing (AVG art. 32)."""


def register(profile: Profile, lang: str | None = None) -> list[Processing]:
    """Every processing of this municipality, in the order of the compartments."""
    lang = lang or profile.municipality.language
    return [_processing(profile, item, lang) for item in profile.compartments]


def _processing(profile: Profile, item: Compartment, lang: str) -> Processing:
    return Processing(
        name=f"{item.name.get(lang)} ({item.letter})",
        controller=_controller(profile, item, lang),
        purpose=joined([found.name.get(lang) for found in profile.purposes if item.id in found.compartments], "; ")
        or WITHOUT_PERSONS[item.circle == "public"].get(lang),
        ground=item.ground.get(lang),
        subjects=item.subjects.get(lang),
        data=item.holds.get(lang),
        recipients=_recipients(profile, item, lang),
        term=joined([term_text(profile.retention_term(key), lang) for key in (item.term, *item.further_terms)], "; "),
        measures=_measures(profile, item, lang),
        dpia=item.dpia,
    )


def _covenants(profile: Profile, key: CompartmentId) -> list[PartnerCovenant]:
    return [found for found in profile.covenants if key in found.compartments]


def _controller(profile: Profile, item: Compartment, lang: str) -> str:
    together = {key for found in _covenants(profile, item.id) if len(found.controller) > 1 for key in found.controller}
    names = [profile.organisation(key).name.get(lang) for key in sorted(together - {item.controller})]
    alone = profile.organisation(item.controller).name.get(lang)
    if not names:
        return alone
    return f"{alone}, {Text(nl='deels samen met', en='partly together with').get(lang)} {joined(names, ', ')}"


def _recipients(profile: Profile, item: Compartment, lang: str) -> str:
    inside = [role.name.get(lang) for role in profile.roles if _reads(profile, role.id, item.id)]
    organisations = [profile.organisation(key).name.get(lang) for key in item.partners]
    covenants = [found.name.get(lang) for found in _covenants(profile, item.id)]
    parts = [
        (Text(nl="Rollen", en="Roles"), inside),
        (Text(nl="Partners", en="Partners"), organisations),
        (Text(nl="Convenanten", en="Covenants"), covenants),
    ]
    told = joined([f"{name.get(lang)}: {joined(items, ', ')}" for name, items in parts if items], ". ")
    return told or (Text(nl="iedereen", en="everybody") if item.circle == "public" else Text(nl="geen", en="none")).get(lang)


def _reads(profile: Profile, role: str, key: CompartmentId) -> bool:
    cell = profile.rights(role, key)
    return "r" in cell.rights | cell.of_part


def _measures(profile: Profile, item: Compartment, lang: str) -> str:
    said = [CIRCLES[item.circle].get(lang)]
    if item.circle != "public":
        said.append(ANSWERS[item.answers].get(lang))
    feeds = joined([profile.compartment(key).name.get(lang) for key in item.feeds], ", ")
    said.append(
        Text(nl=f"kan worden voorgesteld aan: {feeds}", en=f"may be proposed to: {feeds}").get(lang)
        if feeds else Text(nl="gaat nergens heen", en="goes nowhere").get(lang)
    )  # fmt: skip
    if profile.retention_term(item.term).second_person:
        said.append(Text(nl="vernietiging met een tweede persoon", en="destruction with a second person").get(lang))
    return joined(said, "; ")


def term_text(term: RetentionTerm, lang: str) -> str:
    """A term in words: `nuisance cases: 2 years after closing`."""
    numbers = (("year", term.years), ("month", term.months), ("day", term.days))
    length = joined([unit(key, count, lang) for key, count in numbers if count], ", ")
    return f"{term.data.get(lang)}: {length} {MOMENTS[term.begins].get(lang)}"


def as_csv(profile: Profile, lang: str | None = None) -> str:
    """The register as a table for a spreadsheet."""
    lang = lang or profile.municipality.language
    memory = StringIO()
    writer = csv.writer(memory, lineterminator="\n")
    writer.writerow([HEADINGS[field.name].get(lang) for field in fields(Processing)])
    writer.writerows(astuple(row) for row in register(profile, lang))
    return memory.getvalue()


def as_page(profile: Profile, lang: str | None = None) -> str:
    """The register as a page of Markdown: what holds for all, each processing, the sources and the covenants."""
    lang = lang or profile.municipality.language
    name = profile.municipality.name
    title = Text(nl=f"Verwerkingsregister: {name}", en=f"Register of processing: {name}").get(lang)
    parts = [f"# {title}", _introduction(lang), _heading(Text(nl="Voor alles geldt", en="What holds for all"), lang)]
    parts.append("\n".join(f"- {text.get(lang)}" for text in GENERAL))
    for row in register(profile, lang):
        parts.append(f"## {row.name}")
        told = [(HEADINGS[field.name].get(lang), getattr(row, field.name)) for field in fields(row) if field.name != "name"]
        parts.append(table(told[0], told[1:]))
    parts += [
        _heading(Text(nl="Bronnen", en="Sources"), lang), _sources(profile, lang),
        _heading(Text(nl="Convenanten", en="Covenants"), lang), _register_of_covenants(profile, lang),
        _heading(Text(nl="Bewaartermijnen", en="Terms of retention"), lang), _terms(profile, lang),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _heading(text: Text, lang: str) -> str:
    return f"## {text.get(lang)}"


def _introduction(lang: str) -> str:
    return Text(
        nl="Gemaakt uit het profiel met `openvis profile register`. Het is een voorstel tot de verwerkingsverantwoordelijke "
        "het vaststelt. OpenVIS stuurt zelf niets naar buiten de installatie; wie een verwerker inhuurt, vult die aan.",
        en="Made from the profile with `openvis profile register`. It is a proposal until the controller adopts it. OpenVIS "
        "itself sends nothing outside the installation; who hires a processor adds it.",
    ).get(lang)


def _sources(profile: Profile, lang: str) -> str:
    columns = [
        Text(nl="bron", en="source"), Text(nl="leverancier", en="provider"), HEADINGS["controller"], HEADINGS["ground"],
        Text(nl="regels", en="rows"), Text(nl="bestanden", en="files"),
    ]  # fmt: skip
    rows = [
        (
            source.name.get(lang),
            profile.organisation(source.provider).name.get(lang),
            profile.organisation(source.controller).name.get(lang),
            f"{source.legal_ground.law} art. {source.legal_ground.article}",
            unit("day", source.retention_days, lang),
            unit("day", source.originals_days, lang),
        )
        for source in profile.sources
    ]
    return table([column.get(lang) for column in columns], rows)


def _register_of_covenants(profile: Profile, lang: str) -> str:
    columns = [
        Text(nl="convenant", en="covenant"), Text(nl="partijen", en="parties"), Text(nl="doel", en="purpose"),
        HEADINGS["ground"], Text(nl="begin", en="begin"), Text(nl="evaluatie", en="review"), Text(nl="einde", en="end"),
        Text(nl="opmerking", en="remark"),
    ]  # fmt: skip
    rows = [
        (
            item.name.get(lang),
            joined([profile.organisation(key).name.get(lang) for key in item.parties], ", "),
            item.purpose.get(lang),
            item.ground.get(lang),
            item.starts.isoformat(),
            item.review.isoformat(),
            item.ends.isoformat(),
            item.remark.get(lang) if item.remark else "",
        )
        for item in profile.covenants
    ]
    return table([column.get(lang) for column in columns], rows)


def _terms(profile: Profile, lang: str) -> str:
    columns = [
        Text(nl="gegevens en termijn", en="data and term"), HEADINGS["ground"],
        Text(nl="tweede persoon", en="second person"),
    ]  # fmt: skip
    yes = Text(nl="ja", en="yes").get(lang)
    rows = [(term_text(item, lang), item.ground.get(lang), yes if item.second_person else "") for item in profile.retention]
    return table([column.get(lang) for column in columns], rows)

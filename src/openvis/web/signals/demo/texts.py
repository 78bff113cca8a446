"""What people of a demonstration write: invented, in Dutch, about no place or person, and about any phenomenon."""

FIRMS = (
    "Fictief Beheer BV", "Verzonnen & Zonen", "Denkbeeld Handel", "De Gouden Fabel", "Luchtkasteel Logistiek BV",
    "Schijnbaar Schoon", "Toverhoek Auto's", "Fata Morgana Eethuis", "Hersenspinsel Opslag", "Nergens Beter Wonen",
)  # fmt: skip
ALIKE = ("Sprookjes Koeriers BV", "Sprookje Koerier")
"""One invented business in two spellings."""
SEEN = (
    "De melder komt hier elke dag langs en zag het de afgelopen drie weken steeds weer.",
    "Gezien op dinsdag en donderdag, tussen 21.00 en 23.30 uur.",
    "Een busje zonder opschrift rijdt twee of drie keer per week voor en blijft tien minuten staan.",
    "Bij de achterdeur hangt een camera die naar de straat kijkt.",
    "'s Avonds worden dozen naar binnen gedragen; overdag is er niemand.",
    "Aan de gevel hangt nog de naam van een vorige huurder.",
    "Tijdens een gewone controle viel dit een toezichthouder op.",
    "Op de openingstijden was er drie keer niemand aanwezig.",
    "De post ligt achter de deur opgestapeld, op namen die hier niet horen.",
    "Buren zeggen dat het een paar maanden geleden begon.",
    "Er wordt contant betaald, ook voor grote bedragen. De kassa was uit.",
    "De naam op het raam is dit jaar twee keer veranderd.",
)  # fmt: skip
MEANS = (
    "Het kan passen bij {what}. Er kan ook een gewone verklaring zijn.",
    "De melder denkt aan {what}, maar heeft niet gezien wat er binnen gebeurt.",
    "",
)
PLACES = ("de loods achter het tankstation", "de garageboxen aan het einde van het pad", "de steiger bij de oude werf")
SOURCES = {
    "mail": "Brief zonder afzender, met de post binnengekomen.",
    "telephone": "Gebeld door een bewoner die liever niet teruggebeld wordt.",
    "mma": "Melding van Meld Misdaad Anoniem, verzonnen nummer 000.",
    "police_report": "Verzonnen bestuurlijke rapportage van de politie.",
}
ASKS = "Op welke dagen en tijden ziet u dit, en wat wordt er precies gebracht of gehaald?"
TELLS = "Vooral op vrijdagavond rond tien uur. Kleine dozen, zo groot als een schoenendoos. Meer weet ik niet."
NOTES = (
    "Bekeken: vergunningen, Handelsregister en eerdere signalen. Voor dit gebruik is geen vergunning gevonden.",
    "Bekeken: bestemmingsplan en eerdere controles. Het gebruik past niet bij wat er op papier staat.",
    "Bekeken: vergunningen en Handelsregister. Niets bijzonders gevonden; het beeld berust op dit signaal alleen.",
)
AT_ONCE = "Politie en omgevingsdienst gebeld. Zij gaan vandaag kijken en laten weten wat zij aantreffen."
REASONS = {
    "close": "Eén waarneming, niet bevestigd, en er is een gewone verklaring. Een nieuw signaal kan dat veranderen.",
    "department": "Concreet genoeg en één afdeling heeft zelf het middel: een controle op het gebruik van het pand.",
    "index": "Concreet, maar we weten niet of een andere afdeling hier ook iets heeft. Eerst de verwijsindex.",
    "riec": "Zwaar en concreet, en geen partner kan dit alleen. Een gezamenlijke aanpak is nodig.",
    "project": "Hoort bij meer signalen met hetzelfde patroon. Samen aanpakken werkt beter dan elk apart.",
    "case": "Dit vraagt een eigen dossier met een plan: er zijn vergunningen en een lopend bezwaar.",
}
SENT_BACK = "De plaats is duidelijk, de tijd niet. Kijk eerst of een eerder signaal over hetzelfde gaat."
AGREED = "Eens. De feiten dragen de keuze."
FORWARD = "Gaat over geluid van buren. Met de melder besproken waar dat thuishoort."
THIN = "Van horen zeggen, zonder plaats of tijd, en niemand kan het navragen."
REQUEST = "Controleer het gebruik van het pand en laat weten wat u aantreft."
PASSED = "Gebruik van het pand lijkt niet te kloppen: 's avonds wordt er geladen en gelost, overdag is het dicht."
RESULT = "Gecontroleerd. Het pand werd zonder melding als opslag gebruikt. De gebruiker heeft vier weken om te herstellen."
DONE = "De afdeling heeft gecontroleerd en hersteld. Voor het meldpunt is dit klaar."
DRAFT = "Bij de loods brandt al drie nachten licht. Ik ga morgen bij daglicht nog eens kijken."

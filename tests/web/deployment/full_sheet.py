"""A full sheet: as much as a briefing ever holds, with long names."""

from typing import Any

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="420" viewBox="0 0 480 420">'
    b'<rect width="480" height="420" fill="#f6f6f3"/><circle cx="200" cy="200" r="12" fill="#10384f"/></svg>'
)


def full() -> dict[str, Any]:
    """Eight rows of figures, five places, ten agreements."""
    row = {
        "name": "Overlast door personen met verward gedrag", "now": "1.123", "four": "1.118,3", "up_four": True,
        "word_four": "te weinig om te zeggen", "year": "1.154,8", "up_year": False, "word_year": "ongeveer gelijk",
    }
    place = {
        "rank": "5", "name": "Molenbuurt-Noord, winkelcentrum Globelaan", "trend": "stijgend", "count": "1.041",
        "hours": "vr 22–zo 04, wo 14–18",
    }
    kept = {
        "name": "Festivalplein en omgeving station Centrum", "state": "in aanpak", "late": True,
        "what": "Verlichting achter de fietsenstalling laten nakijken en de heg snoeien, samen met de winkeliers",
        "who": "Stadstoezicht, Karin van der Heijden", "due": "za 12 dec 2026",
    }
    return {
        "lang": "nl", "official": "Veiligheidsinformatiesysteem voor de gemeente", "keywords": ["briefing"],
        "made_up": "Voorbeeldgegevens: deze incidenten zijn gemaakt door het programma en hebben nooit plaatsgevonden.",
        "title": "Briefing Stad-Oost, Haven en Stadscentrum, week 47 van 2026",
        "subtitle": "Operationeel overleg Stadstoezicht · 16 – 22 nov 2026 · gegevens tot en met zo 22 nov 2026",
        "finding": "Deze week 143 incidenten: meer dan de vier weken ervoor, en ongeveer gelijk aan vorig jaar.",
        "table": {
            "title": "Deze week",
            "head": ["Soort", "deze week", "vorige vier", "", "vorig jaar", ""],
            "rows": [row] * 8,
            "note": "Gemiddelde per week. Deze week is nog niet compleet: " + "er komen nog meldingen bij. " * 4,
        },
        "places": {
            "title": "Vijf plekken: 26 % van de incidenten op 1,2 % van het gebied",
            "head": ["", "Plek", "aantal", "drukste uren"], "rows": [place] * 5, "empty": "",
            "note": "Laatste 52 weken. Genummerd op de kaart.",
        },
        "map": {"alt": "Kaart van het gebied met vijf genummerde plekken."},
        "kept": {
            "title": "Aandachtsplekken en afspraken", "head": ["Plek", "Afspraak", "Wie", "Wanneer"],
            "rows": [kept] * 10, "empty": "", "more": "En nog 7 afspraken: zie de lijst met aandachtsplekken.",
        },
        "footer": "OpenVIS · gemaakt op di 24 nov 2026 door Karin van der Heijden · alleen voor het overleg",
    }

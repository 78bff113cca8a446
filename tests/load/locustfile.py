"""A hundred people at work: the page of the day, the picture under ever other filters, hot times, places, briefing.

Reads what prepare.py wrote (LOAD_PEOPLE). Everybody has a session of their own, keeps shapes as a browser does, and thinks
5 to 15 seconds between two acts.
"""

import datetime as dt
import json
import os
import random
import re
import threading
from pathlib import Path

from locust import FastHttpUser, between, task

KNOWN = json.loads(Path(os.environ["LOAD_PEOPLE"]).read_text())
_next = iter(range(10**9))
_lock = threading.Lock()
CELLS = (125, 125, 125, 250, 500)
EXTRAS = ("signaleringen", "verwachting", "herhaling")


class Worker(FastHttpUser):
    """Somebody with a role."""

    wait_time = between(5, 15)

    def on_start(self):
        with _lock:
            number = next(_next)
        self.me = KNOWN["sessions"][number % len(KNOWN["sessions"])]
        self.client.cookiejar.clear()
        self.headers = {"Cookie": f"{KNOWN['cookie']}={self.me['cookie']}", "Accept-Encoding": "gzip"}
        self.kept = set()
        self.today()

    def may(self, ability):
        return ability in self.me["may"]

    def get(self, address, name, **more):
        """A page or an answer; anything but what was to be expected is an error."""
        headers = self.headers | more
        with self.client.get(address, name=name, headers=headers, catch_response=True, allow_redirects=False) as got:
            if got.status_code != 200:
                got.failure(f"{got.status_code} {got.headers.get('Location', '')}")
            return got

    def shape(self, address, name):
        """A shape: asked for once, then the browser has it."""
        if address not in self.kept:
            self.kept.add(address)
            self.get(address, name)

    def filter(self):
        """A selection as people make them: a kind or two, a period, an area, some hours."""
        parts, today = {}, dt.date(2026, 11, 22)
        if random.random() < 0.7:
            parts["soort"] = ",".join(random.sample(KNOWN["kinds"], random.choice((1, 1, 2, 3))))
        if random.random() < 0.6:
            weeks = random.choice((4, 13, 26, 52, 104, 156))
            last = today - dt.timedelta(days=7 * random.choice((0, 0, 0, 4, 52)))
            parts["van"] = (last - dt.timedelta(days=7 * weeks - 1)).isoformat()
            parts["tot"] = last.isoformat()
        if random.random() < 0.4:
            parts["gebied"] = random.choice(KNOWN["areas"])
        if random.random() < 0.25:
            parts["uren"] = random.choice(("vr20-za4", "ma9-ma17", "za20-zo6"))
        if random.random() < 0.3:
            parts["cel"] = str(random.choice(CELLS))
        if random.random() < 0.3:
            parts["niveau"] = random.choice(KNOWN["levels"])
        return "&".join(f"{name}={value}" for name, value in parts.items())

    @task(12)
    def today(self):
        self.get("/", "today")

    @task(10)
    def picture(self):
        """Open the picture, with what a browser then asks for."""
        if not self.may("picture.view"):
            return
        query = self.filter() if random.random() < 0.5 else ""
        page = self.get(f"/beeld/?{query}", "picture")
        found = re.search(r'"areas": ?(\{[^}]*\})', page.text or "")
        for address in json.loads(found[1]).values() if found else ():
            self.shape(address, "picture: areas")
        for name in ("lines", "grid"):
            found = re.search(rf'"{name}": ?"([^"]+)"', page.text or "")
            if found:
                self.shape(found[1].replace("{cell}", "125"), f"picture: {name}")
        if random.random() < 0.5:
            self.get(f"/beeld/deel/{random.choice(EXTRAS[: 3 if self.may('picture.rows') else 2])}?{query}", "picture: panel")

    @task(30)
    def change(self):
        """Change the filter: kinds, period, area, hours of the week."""
        if not self.may("picture.view"):
            return
        query = self.filter()
        self.get(f"/beeld/antwoord?{query}", "picture: other filter", Accept="application/json")
        if self.may("picture.rows") and random.random() < 0.3:
            lon, lat = random.uniform(5.15, 5.3), random.uniform(52.33, 52.4)
            self.get(
                f"/beeld/incidenten.json?{query}&bbox={lon:.4f},{lat:.4f},{lon + 0.02:.4f},{lat + 0.01:.4f}", "picture: incidents"
            )

    @task(5)
    def compare(self):
        if self.may("picture.view"):
            self.get(f"/beeld/antwoord?{self.filter()}&vergelijk=vorigjaar", "picture: beside a year ago", Accept="application/json")

    @task(5)
    def tables(self):
        if self.may("picture.view"):
            address, name = random.choice((("/beeld/tellingen/", "counts"), ("/beeld/per-gebied/", "by area")))
            self.get(address, name)

    @task(3)
    def download(self):
        if self.may("export.aggregate") and self.may("picture.view"):
            result, kind = random.choice((("gebieden", "csv"), ("cellen", "geojson"), ("weken", "xlsx"), ("uren", "svg"), ("plekken", "csv")))
            self.get(f"/beeld/{result}.{kind}?{self.filter()}", "download")

    @task(8)
    def places(self):
        if not (self.may("places.keep") or self.may("places.assess")):
            return
        page = self.get("/aanpak/", "focus places")
        found = re.findall(r'href="(/aanpak/plek/[0-9a-f-]+/)"', page.text or "")
        if found and random.random() < 0.6:
            self.get(random.choice(found), "focus place")

    @task(5)
    def briefing(self):
        if not self.may("briefing.view"):
            return
        with self.client.get("/aanpak/briefing/", name="briefings", headers=self.headers, catch_response=True, allow_redirects=False) as got:
            # Somebody with one area is led to theirs at once.
            if got.status_code not in (200, 302):
                got.failure(str(got.status_code))
        found = got.headers.get("Location") or next(iter(re.findall(r'href="(/aanpak/briefing/[^"/]+/)"', got.text or "")), "")
        if found:
            self.get(found, "briefing")

    @task(1)
    def observe(self):
        """Enter an observation: some six a minute over all, each of which makes a new version of the data."""
        if not self.may("observation.enter"):
            return
        page = self.get("/invoer/waarneming/", "observation: form")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text or "")
        kind = re.search(r'name="kind" value="([^"]+)"', page.text or "")
        if token is None or kind is None:
            return
        sent = {
            "csrfmiddlewaretoken": token[1], "kind": kind[1], "when": "now", "precision": "15",
            "lon": f"{random.uniform(5.2, 5.25):.5f}", "lat": f"{random.uniform(52.36, 52.38):.5f}",
        }  # fmt: skip
        # One header or several: the session's cookie comes along.
        found = page.headers.get("Set-Cookie", "")
        set_by = found if isinstance(found, str) else "; ".join(found)
        cookie = re.search(r"csrftoken=([^;]+)", set_by)
        headers = self.headers | {"Cookie": f"{self.headers['Cookie']}; csrftoken={cookie[1] if cookie else ''}"}
        with self.client.post(
            "/invoer/waarneming/", data=sent, headers=headers, name="observation: send", catch_response=True, allow_redirects=False
        ) as got:
            if got.status_code != 302:
                got.failure(f"{got.status_code}")

    @task(4)
    def search(self):
        self.get(f"/zoeken/?q={random.choice(KNOWN['words'])}", "search")

    @task(2)
    def roles(self):
        self.get("/mensen/mijn-rollen/", "my roles")

    @task(3)
    def plan(self):
        if self.may("plan.view"):
            self.get("/sturing/", "plan")

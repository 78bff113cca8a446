"""The second wall of signals: who weighs reads them; who reports puts in and reads back no more than a state."""

from openvis.web.access import walls

from .models import Addition, Attachment, Draft, HandOver, Likeness, NumberSeries, Report, Signal, Weighing

WEIGHS = "(SELECT openvis_holds('signals.weigh'))"
REPORTS = "(SELECT openvis_holds('signals.report'))"
NUMBER = """
    CREATE OR REPLACE FUNCTION signals_number(of_year int) RETURNS int
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        INSERT INTO signals_numberseries (year, last) VALUES (of_year, 1)
        ON CONFLICT (year) DO UPDATE SET last = signals_numberseries.last + 1
        RETURNING last
    $$
"""
# A reporter does not read signals, so the policies of what they may add ask this.
ASKED_OF_ME = """
    CREATE OR REPLACE FUNCTION signals_asked_of_me(of_signal uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT EXISTS (
            SELECT 1 FROM signals_signal s JOIN signals_report r ON r.signal_id = s.id
            WHERE s.id = of_signal AND s.state = 'more_info' AND r.reporter_id = openvis_user()
        )
    $$
"""
# Files come before their signal, in one transaction (the key is checked at its end): nobody adds one to a signal of
# somebody else.
KNOWN = """
    CREATE OR REPLACE FUNCTION signals_known(of_signal uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT EXISTS (SELECT 1 FROM signals_signal s WHERE s.id = of_signal)
    $$
"""
# What somebody took up and has not answered yet, of a signal that is still open, where its address was passed on with it:
# a department does not read signals. It is what the address index asks for before it looks an address up.
IN_HAND = """
    CREATE OR REPLACE FUNCTION signals_in_hand() RETURNS TABLE (key uuid, number varchar, address bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT h.id, h.number, h.address_id
        FROM signals_handover h JOIN signals_signal s ON s.id = h.signal_id
        WHERE h.handler_id = openvis_user() AND h.organisation = openvis_organisation() AND openvis_holds('signals.report')
            AND h.result_at IS NULL AND h.address_id IS NOT NULL AND s.state NOT IN ('closed', 'forwarded')
        ORDER BY h.number
    $$
"""
OWN = "reporter_id = (SELECT openvis_user())"
OF_MY_DEPARTMENT = f"({REPORTS} AND organisation = (SELECT openvis_organisation()))"
_more: list[str] = []


def register() -> None:
    """Put the tables behind it."""
    walls.function(NUMBER)
    walls.function(ASKED_OF_ME)
    walls.function(KNOWN)
    walls.function(IN_HAND)
    walls.limit(NumberSeries, "")
    walls.limit(Signal, "SELECT, INSERT, UPDATE")
    walls.limit(Addition, "SELECT, INSERT")
    walls.limit(Attachment, "SELECT, INSERT")
    walls.limit(Weighing, "SELECT, INSERT, UPDATE")
    walls.limit(HandOver, "SELECT, INSERT, UPDATE")
    walls.protect(Draft, select=OWN, insert=OWN, update=OWN, delete=OWN)
    _signals()
    walls.protect(Report, select=f"{OWN} OR {WEIGHS}", insert=f"{OWN} AND {REPORTS}", update=WEIGHS)
    walls.protect(
        Addition, select=WEIGHS,
        insert="added_by_id = openvis_user() AND CASE WHEN by_reporter THEN signals_asked_of_me(signal_id)"
        f" ELSE {WEIGHS} END",
    )
    walls.protect(
        Attachment, select=walls.under(Signal, "signal_id"),
        insert=f"({REPORTS} OR {WEIGHS}) AND NOT signals_known(signal_id)",
    )
    walls.protect(
        Weighing, select=walls.under(Signal, "signal_id"), update=WEIGHS,
        insert=f"proposed_by_id = openvis_user() AND outcome = '' AND {WEIGHS}",
    )
    walls.protect(
        HandOver, select=f"{WEIGHS} OR {OF_MY_DEPARTMENT}", update=f"{WEIGHS} OR {OF_MY_DEPARTMENT}", insert=WEIGHS
    )
    walls.protect(Likeness, select=WEIGHS, insert=f"decided_by_id = openvis_user() AND {WEIGHS}",
                  update=f"decided_by_id = openvis_user() AND {WEIGHS}")  # fmt: skip


def let_read(condition: str) -> None:
    """Let others read signals too, under a condition on the columns of `signals_signal`: what is tabled in a meeting.

    Call it from the `ready()` of an app further down.
    """
    _more.append(f"({condition})")
    _signals()


def _signals() -> None:
    walls.protect(
        Signal, select=" OR ".join([WEIGHS, *_more]), update=WEIGHS,
        insert=f"({REPORTS} OR {WEIGHS}) AND state = 'received' AND weight IS NULL"
        f" AND (registered_by_id IS NULL OR (registered_by_id = openvis_user() AND {WEIGHS}))",
    )

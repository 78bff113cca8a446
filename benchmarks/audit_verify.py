"""A million audit entries: sealed, then verified, against the same verification written the plain way.

The plain way takes Django's objects one by one, writes each as JSON and hashes it after the one before. Both read the
same database in the same run. Prints seconds, entries a second and the ratio (target: a million in less than 60 s), and
shows that one changed, one deleted and two swapped entries are found in it.

    python benchmarks/audit_verify.py [--entries 1000000] [--json FILE]
"""

import argparse
import hashlib
import json
import resource
import time
from pathlib import Path

import _private

MAKE = """
    INSERT INTO access_auditentry
        (at, actor, organisation, role, action, object, result, purpose, origin, trace, facts)
    SELECT timestamptz '2024-01-01' + n * interval '60 seconds',
        ('00000000-0000-4000-8000-' || lpad((n %% 400)::text, 12, '0'))::uuid,
        (ARRAY['gemeente', 'team_veiligheid', 'politie', 'stadstoezicht'])[n %% 4 + 1], 'informatieanalist',
        (ARRAY['case.open', 'picture.view', 'people.view', 'place.open', 'search.name'])[n %% 5 + 1],
        'case:' || md5(n::text), CASE WHEN n %% 97 = 0 THEN 'refused' ELSE 'done' END,
        (ARRAY['supervision', 'casework', ''])[n %% 3 + 1], ('10.0.' || n %% 8 || '.' || n %% 250)::inet,
        md5(n::text)::uuid, jsonb_build_object('rows', n %% 1000, 'kind', 'incident')
    FROM generate_series(1, %s) n
"""


def build(entries: int) -> float:
    """Seconds to write so many entries and seal them."""
    from django.db import connection

    from openvis.web.trail import sealer

    with connection.cursor() as cursor:
        cursor.execute(MAKE, [entries])
        cursor.execute("VACUUM ANALYZE access_auditentry")
    begin = time.perf_counter()
    assert sealer.seal() == entries
    seconds = time.perf_counter() - begin
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE trail_auditseal")
        cursor.execute("VACUUM ANALYZE access_auditpending")
    return seconds


def plain() -> tuple[float, int]:
    """Seconds and entries of the plain way: a chain of JSON texts over Django's objects."""
    from openvis.web.access.models import AuditEntry

    begin, number, before = time.perf_counter(), 0, b""
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        told = {
            "id": entry.id, "at": entry.at.isoformat(), "actor": str(entry.actor), "organisation": entry.organisation,
            "role": entry.role, "action": entry.action, "object": entry.object, "result": entry.result,
            "purpose": entry.purpose, "origin": entry.origin, "trace": str(entry.trace), "facts": entry.facts,
        }  # fmt: skip
        before = hashlib.sha256(before + json.dumps(told, sort_keys=True).encode()).digest()
        number += 1
    return time.perf_counter() - begin, number


def changed_finds() -> dict[str, list[str]]:
    """What is found after each of four changes, each taken back again."""
    from django.db import connection, transaction

    from openvis.web.trail import verifying

    middle = "(SELECT id FROM access_auditentry ORDER BY id OFFSET (SELECT count(*) / 2 FROM access_auditentry) LIMIT 1)"
    changes = {
        "one altered": [f"UPDATE access_auditentry SET object = 'x' WHERE id = {middle}"],
        "one deleted": [f"DELETE FROM access_auditentry WHERE id = {middle}"],
        "two swapped": ["UPDATE access_auditentry SET id = CASE id WHEN 1000 THEN -2000 ELSE -1000 END"
                        " WHERE id IN (1000, 2000)", "UPDATE access_auditentry SET id = -id WHERE id < 0"],
        "tail cut": ["DELETE FROM access_auditentry WHERE id = (SELECT max(id) FROM access_auditentry)",
                     "DELETE FROM trail_auditseal WHERE seq = (SELECT max(seq) FROM trail_auditseal)"],
    }  # fmt: skip
    found = {}
    for name, statements in changes.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            found[name] = [finding.text for finding in verifying.verify(keep=False).findings]
            transaction.set_rollback(True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    _private.database(_private.folder())
    from openvis.web.trail import verifying

    sealing = build(given.entries)
    report = verifying.verify(keep=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert report.whole, report.findings
    assert report.entries == given.entries
    slow, number = plain()
    assert number == given.entries
    found = changed_finds()
    assert all(found.values()), found
    told = {
        "entries": given.entries, "sealing_s": sealing, "verify_s": report.seconds, "plain_s": slow,
        "ratio": slow / report.seconds, "peak_mb": peak, "found": found,
    }  # fmt: skip
    print(f"{given.entries:,} entries sealed in {sealing:.1f} s, verified in {report.seconds:.1f} s (target 60 s),"
          f" peak {peak:.0f} MB")
    print(f"the plain way: {slow:.1f} s; ratio {told['ratio']:.1f}")
    for name, texts in found.items():
        print(f"{name}: {'; '.join(texts)}")
    if given.json:
        given.json.write_text(json.dumps(told, indent=2))
    assert report.seconds < 60


if __name__ == "__main__":
    main()

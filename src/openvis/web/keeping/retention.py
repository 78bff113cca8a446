"""How what is kept here ends itself: requests, corrections and proofs, holds, runs and certificates."""

from datetime import date
from typing import Any

import pgtrigger
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing, start

from .models import Certificate, CertificateLine, DestructionList, ErasureProof, Hold, RetentionRun, SubjectRequest

STAY = (
    "keeping.Certificate:certificate_stays", "keeping.CertificateLine:certificate_line_stays",
    "keeping.ErasureProof:proof_stays",
)  # fmt: skip
"""What is never changed may end; the web role cannot silence these."""


def due_requests(day: date) -> QuerySet[SubjectRequest]:
    """Requests that were answered and are past the day that they show."""
    return SubjectRequest.objects.filter(state=SubjectRequest.State.CLOSED, ends_on__lt=day)


def end_requests(day: date) -> int:
    """Destroy these, with their corrections."""
    found = due_requests(day).exclude(pk__in=held("request"))
    number = found.count()
    found.delete()
    return number


def due_holds(day: date) -> QuerySet[Hold]:
    """Holds that ended longer ago than requests are kept."""
    return Hold.objects.filter(until__lt=start("requests", day).date())


def end_holds(day: date) -> int:
    """Destroy these."""
    return due_holds(day).exclude(pk__in=held("hold")).delete()[0]


def due_certificates(day: date) -> QuerySet[Certificate]:
    """Certificates that are past their own term."""
    return Certificate.objects.filter(at__lt=start("certificates", day))


def due_proofs(day: date) -> QuerySet[ErasureProof]:
    """Proofs of erasure that are past the term of certificates."""
    return ErasureProof.objects.filter(at__lt=start("certificates", day))


def _destroy(found: QuerySet[Any]) -> int:
    with pgtrigger.ignore(*STAY):
        return found.delete()[0]


def end_certificates(day: date) -> int:
    """Destroy these with their lines, runs and lists."""
    before = start("certificates", day)
    found = list(due_certificates(day).exclude(pk__in=held("certificate")).values_list("pk", flat=True))
    _destroy(CertificateLine.objects.filter(certificate__in=found))
    number = _destroy(Certificate.objects.filter(pk__in=found))
    DestructionList.objects.filter(prepared__lt=before).delete()
    # Not the run that is at it.
    RetentionRun.objects.filter(started__lt=before, certificate__isnull=True, finished__isnull=False).delete()
    return number


def end_proofs(day: date) -> int:
    """Destroy these."""
    return _destroy(due_proofs(day).exclude(pk__in=held("erasure_proof")))


RULES = (
    RetentionRule("request", _("requests of persons"), "requests", previewing("request", due_requests, "ends_on"),
                  end_requests, order=80, exists=is_key(SubjectRequest)),
    RetentionRule("hold", _("holds"), "requests", previewing("hold", due_holds, "until"), end_holds, order=81,
                  exists=is_key(Hold)),
    RetentionRule("erasure_proof", _("proofs of erasure"), "certificates",
                  previewing("erasure_proof", due_proofs, "at"), end_proofs, order=82, exists=is_key(ErasureProof)),
    RetentionRule("certificate", _("certificates of destruction"), "certificates",
                  previewing("certificate", due_certificates, "at"), end_certificates, order=83,
                  exists=is_key(Certificate)),
)  # fmt: skip


def register() -> None:
    """Tell `access` how these end."""
    retention.extend(RULES)

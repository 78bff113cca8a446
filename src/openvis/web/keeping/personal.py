"""What of retention and of requests is about people."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from .models import (
    Certificate,
    CertificateLine,
    Correction,
    DestructionList,
    DuePreview,
    ErasureProof,
    Hold,
    RetentionRun,
    SubjectRequest,
)

RETENTION = _("to account for what was destroyed")
RIGHTS = _("handling a request of a person")
KEPT = _("accounts for what was destroyed and by whom; ends on a term of its own")
REQUEST = (
    "name", "email", "phone", "address", "question", "extended_because", "restriction_text", "answer", "user",
    "identity_by", "entered_by", "erasure_by", "approved_by", "closed_by",
)  # fmt: skip
LIST = ("prepared_by", "approved_by", "remark")
HOLD = ("person", "explanation", "user", "set_by", "ended_by")
PROOF = ("asked_by", "approved_by")

TABLES = (
    PersonalTable(DuePreview, none_because="numbers of records that are due"),
    PersonalTable(
        RetentionRun, ("by",), "staff", finder(RetentionRun, ("by",), "retention_run", RETENTION), kept_because=KEPT,
        explained={"failed": "kinds of data and kinds of faults"},
    ),
    PersonalTable(
        DestructionList, LIST, "staff", finder(DestructionList, LIST, "destruction_list", RETENTION), kept_because=KEPT,
        explained={"items": "titles of records that their own tables find; emptied when the list is taken"},
    ),
    PersonalTable(Certificate, none_because="a number and a moment"),
    PersonalTable(
        CertificateLine, LIST[:2], "staff", finder(CertificateLine, LIST[:2], "certificate_line", RETENTION),
        kept_because=KEPT, explained={"term_text": "a term of the profile", "ground": "a law"},
    ),
    PersonalTable(
        Hold, HOLD, "person", finder(Hold, HOLD, "hold", RETENTION, until="until"),
        kept_because=_("keeps what an appeal or investigation is about; ends on a term of its own"),
        explained={"key": "key of a record"},
    ),
    PersonalTable(
        SubjectRequest, REQUEST, "person",
        finder(SubjectRequest, REQUEST, "request", RIGHTS, until="ends_on", show=("kind", "received", "state")),
        kept_because=_("accounts for how a request was handled (AVG art. 5 lid 2); ends on a term of its own"),
        explained={
            "findings": "a copy of what the other tables found; emptied when the request is closed",
            "born": "found with its name: a day alone is nobody",
            "chosen": "which of the findings are to be erased; emptied when the request is closed",
        },
    ),
    PersonalTable(
        Correction, ("value", "by"), "person", finder(Correction, ("value", "by"), "correction", RIGHTS),
        kept_because=_("accounts for what was corrected; goes with its request"),
        explained={"table": "app and model", "key": "key of the record", "column": "name of the column"},
    ),
    PersonalTable(
        ErasureProof, PROOF, "staff", finder(ErasureProof, PROOF, "erasure_proof", RIGHTS), kept_because=KEPT,
        explained={"table": "app and model"},
    ),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)

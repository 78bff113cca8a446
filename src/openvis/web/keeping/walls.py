"""The second wall: who may see and change what is kept here, asked of the database's own rights."""

from openvis.web.access import walls

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

VIEWS = "(SELECT openvis_holds('retention.view'))"
APPROVES = "(SELECT openvis_holds('retention.approve'))"
HOLDS = "(SELECT openvis_holds('retention.hold'))"
STATED = "(SELECT openvis_purpose() <> '')"
HANDLES = f"((SELECT openvis_holds('subjects.handle')) AND {STATED})"
OVERSEES = f"((SELECT openvis_holds('access.explain_object')) AND {STATED})"
"""The data protection officer (FG), who looks at one thing at a time, for a stated purpose."""


def register() -> None:
    """Put the tables behind it."""
    for model in (DuePreview, RetentionRun, Certificate, CertificateLine):
        walls.limit(model, "SELECT")
        walls.protect(model, select=VIEWS)
    walls.limit(DestructionList, "SELECT, INSERT, UPDATE")
    walls.protect(
        DestructionList, select=VIEWS, update=APPROVES,
        insert="(SELECT openvis_holds('retention.run')) AND prepared_by_id = (SELECT openvis_user()) AND state = 'asked'"
        " AND approved_by_id IS NULL",
    )
    walls.limit(Hold, "SELECT, INSERT, UPDATE")
    walls.protect(Hold, select=VIEWS, update=HOLDS, insert=f"{HOLDS} AND set_by_id = (SELECT openvis_user())")
    walls.limit(SubjectRequest, "SELECT, INSERT, UPDATE")
    walls.protect(
        SubjectRequest, select=f"{HANDLES} OR {OVERSEES}", update=HANDLES,
        insert=f"{HANDLES} AND entered_by_id = (SELECT openvis_user())",
    )
    walls.limit(Correction, "SELECT, INSERT")
    walls.protect(Correction, select=HANDLES, insert=f"{HANDLES} AND by_id = (SELECT openvis_user()) AND done IS NULL")
    walls.limit(ErasureProof, "SELECT")
    walls.protect(ErasureProof, select=f"{HANDLES} OR {OVERSEES}")

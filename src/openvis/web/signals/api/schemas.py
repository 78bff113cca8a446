"""What operations on signals take and give."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema


class Content(Schema):
    """What is reported. Facts and interpretation apart; persons only where the facts cannot be understood without."""

    phenomenon: str = Field(max_length=60, description="Key of the profile.")
    facts: str = Field(min_length=1, max_length=8000)
    address: str = Field("", max_length=16, description="Number designation of the register (16 digits).")
    place: str = Field("", max_length=300, description="The place in words.")
    area: str = Field("", max_length=40, description="Code of an area of the finest level.")
    branch: str = Field("", max_length=60)
    indicators: list[str] = Field([], max_length=50)
    answers: dict[str, str] = Field({}, description="Question → answer.")
    interpretation: str = Field("", max_length=4000)
    seen_from: date | None = None
    seen_to: date | None = None
    company: str = Field("", max_length=200)
    telephone: str = Field("", max_length=40)
    subjects: str = Field("", max_length=2000)
    acted: str = Field("", max_length=1000)
    urgent: bool = False


class SignalIn(Content):
    """A report. Facts and interpretation apart; persons only where the facts cannot be understood without."""

    may_name: bool = Field(False, description="Whether the reporter may be named to who takes it up.")
    anonymous: bool = Field(False, description="Keep nothing of who reports; only where the city allows it.")


class DraftIn(Content):
    """What is known so far: all of it may be empty, and it need not be in order yet."""

    phenomenon: str = Field("", max_length=60, description="Key of the profile.")
    facts: str = Field("", max_length=8000)
    address_line: str = Field("", max_length=120, description="As typed, where it is not known which address is meant.")


class DraftListed(Schema):
    """That there is a draft."""

    id: UUID
    saved_at: datetime
    ends_on: date = Field(description="Kept until.")


class DraftOut(DraftListed):
    """A draft as it was typed. `address` is empty where the line names none beyond doubt."""

    phenomenon: str
    facts: str
    address: str
    address_line: str
    place: str
    area: str
    branch: str
    indicators: list[str]
    answers: dict[str, str]
    interpretation: str
    seen_from: str
    seen_to: str
    company: str
    telephone: str
    subjects: str
    acted: str
    urgent: bool


class Receipt(Schema):
    """The number of what was received."""

    number: str


class ReportOut(Schema):
    """One's own report: number and state, no content."""

    id: UUID
    number: str
    received_at: datetime
    state: str
    question: str = Field(description="What the reporting point asks; empty when it asks nothing.")
    answer_by: date | None


class Listed(Schema):
    """A line of the inbox: no text of any signal."""

    id: UUID
    number: str
    state: str
    phenomenon: str
    branch: str
    area_code: str
    urgent: bool
    due_on: date | None
    received_at: datetime
    weight: int | None


class Inbox(Schema):
    """A page of the inbox."""

    total: int
    page: int
    pages: int
    counts: dict[str, int]
    late: int
    signals: list[Listed]


class WeighingOut(Schema):
    """A weighing: what the checklist proposed, what a person decided, what the second reader said."""

    round: int
    points: int
    proposal: str
    route: str
    reason: str
    outcome: str
    remark: str
    became: str


class AdditionOut(Schema):
    """What was told afterwards."""

    text: str
    by_reporter: bool
    added_at: datetime


class AttachmentOut(Schema):
    """A file that came with it; its bytes are at `/signals/{key}/attachments/{id}`."""

    id: UUID
    name: str
    kind: str
    size: int


class SignalOut(Listed):
    """One signal, for who weighs."""

    version: int
    channel: str
    address: str
    place: str
    facts: str
    interpretation: str
    indicators: list[str]
    answers: dict[str, str]
    company: str
    telephone: str
    subjects: str
    acted: str
    note: str
    immediate: str = Field(description="What could not wait for weighing and was done.")
    additions: list[AdditionOut]
    attachments: list[AttachmentOut]
    weighings: list[WeighingOut]


class WeighIn(Schema):
    """What the first reader found. `with_route`: what the decision asks for (name → values)."""

    version: int
    answers: dict[str, str] = Field(description="Criterion → answer.")
    route: str = Field(max_length=50)
    reason: str = Field(min_length=1, max_length=4000)
    with_route: dict[str, list[str]] = {}


class ReadIn(Schema):
    """What the second reader says."""

    round: int
    confirm: bool
    remark: str = Field("", max_length=2000)


class VersionIn(Schema):
    """The version that was in sight: who changes what a colleague changed meanwhile is told so."""

    version: int


class NoteIn(VersionIn):
    """A note from lawful sources of one's own."""

    text: str = Field(min_length=1, max_length=8000)


class RegistrationIn(Content):
    """What came in by another way, entered for somebody else: nothing is kept of who reports but what the source says."""

    channel: Literal["mail", "telephone", "mma", "police_report"]
    source_note: str = Field(min_length=1, max_length=1000, description="Organisation, and number of the report.")


class TextIn(Schema):
    """Some sentences."""

    text: str = Field(min_length=1, max_length=4000)


class AskIn(VersionIn):
    """A question to the reporter, who reads this and nothing else."""

    question: str = Field(min_length=1, max_length=1000)


class RefuseIn(VersionIn):
    """Why it is closed without weighing."""

    outcome: Literal["out_of_scope", "insufficient"]
    reason: str = Field(min_length=1, max_length=2000)


class ForwardIn(VersionIn):
    """Where it belongs, of the list of the municipality; somebody brings it there."""

    to: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)


class DoneIn(VersionIn):
    """What could not wait: who was called, when, and what they will do."""

    done: str = Field(min_length=1, max_length=2000)


class ReasonIn(VersionIn):
    """What came of it."""

    reason: str = Field(min_length=1, max_length=2000)


class CompleteIn(VersionIn):
    """What is known by now; what is left out stays as it is."""

    address: str = Field("", max_length=16, description="Number designation of the register (16 digits).")
    phenomenon: str = Field("", max_length=60)
    branch: str | None = Field(None, max_length=60)


class SimilarOut(Schema):
    """Another signal that may be about the same, and what a person said of that."""

    id: UUID
    number: str
    reasons: list[str]
    question: str = Field(description="Not empty where the spelling differs: somebody is to judge.")
    same: bool | None


class SameIn(Schema):
    """Whether two signals are about the same."""

    same: bool


class HandOverListed(Schema):
    """What was passed to one's department, without texts."""

    id: UUID
    number: str
    made_at: datetime
    due_on: date
    late: bool = Field(description="Whether the result was due before today and is not there.")
    taken: bool = Field(description="Whether somebody of the department handles it.")
    result_at: datetime | None


class Awaited(HandOverListed):
    """A result that a department owes to who handed a signal over."""

    organisation: str


class HandOverOut(HandOverListed):
    """The facts that were passed, and the result."""

    organisation: str
    address: str = Field(description="Number designation of the address; empty where it was not passed on.")
    facts: str
    request: str
    result: str


class ResultIn(Schema):
    """What the department found and did."""

    result: str = Field(min_length=1, max_length=4000)

"""What apps further down tell about themselves, without `access` knowing them.

Each app fills these lists in its `apps.py: ready()`, from its `personal.py`, `retention.py` and `walls.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import DataError, models


@dataclass(frozen=True)
class Person:
    """Somebody whose data are asked for: what is known of them to look with. Empty fields are not looked for."""

    name: str = ""
    born: date | None = None
    email: str = ""
    phone: str = ""
    address: str = ""
    user: Any = None
    """The account, where the person has one."""


@dataclass(frozen=True, slots=True)
class About:
    """One record about a person, as it is given in an answer to a request of access (inzage)."""

    kind: str
    key: str
    title: str
    purpose: str
    until: date | None
    values: Sequence[tuple[str, str]]
    sure: bool = True
    """False where only a family name in a text fits: somebody has to judge whether it is this person."""


class Finds(Protocol):
    """Gives the records of a table that are about a person."""

    def __call__(self, person: Person) -> Iterable[About]: ...


class Erases(Protocol):
    """Erases or makes anonymous one record, by its key; gives how many rows that took away or emptied."""

    def __call__(self, key: str) -> int: ...


class Corrects(Protocol):
    """Sets one column of a record to what it should be; gives how many rows that changed."""

    def __call__(self, key: str, column: str, value: str) -> int: ...


@dataclass(frozen=True)
class PersonalTable:
    """A table and its columns about persons; or, with a reason and without columns, a table that holds none.

    `subject` says whose data they are: `person` (somebody the work is about) or `staff` (a user of the system).
    `erase` is absent where the law keeps the record; `kept_because` says so. `explained` tells of a column that looks
    personal why it is not looked through. `compartment` says where ground, controller and recipients stand.
    """

    model: type[models.Model]
    columns: tuple[str, ...] = ()
    subject: str = ""
    find: Finds | None = None
    erase: Erases | None = None
    kept_because: Any = ""
    none_because: str = ""
    explained: Mapping[str, str] = field(default_factory=dict)
    compartment: str = "administration"
    correct: Corrects | None = None
    correctable: tuple[str, ...] = ()
    keys: Callable[[], Iterable[str]] | None = None
    """The keys as `find` gives them, of all records, where these are not the primary keys: for erasing again."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would end: how many, of which kind, and the oldest day that lies behind."""

    number: int
    oldest: date | None = None
    held: int = 0
    """How many stay for now, because of a hold."""


@dataclass(frozen=True)
class RetentionRule:
    """How one kind of data ends. `preview` and `run` take the day; `run` is safe to repeat and to break off.

    `term` is the id of a retention term of the profile, or empty where each record carries a day of its own; `kind` names
    it in holds. `run` is called inside a transaction, in which its certificate is written too; what may only follow the
    commit, and is safe to repeat, stands in `after`.
    """

    kind: str
    title: Any
    term: str
    preview: Callable[[date], Due]
    run: Callable[[date], int]
    anonymises: bool = False
    order: int = 50
    after: Callable[[], object] | None = None
    keys: Callable[[date], Sequence[tuple[str, str]]] | None = None
    """What is due, one by one, as (key, title): for a list for destruction that people go through."""
    exists: Callable[[str], bool] | None = None
    """Whether a key is that of a record: a hold on what is not there would keep nothing."""
    key_help: Any = ""
    """What a key of this kind looks like."""
    of_person: Callable[[Person], Iterable[str]] | None = None
    """The keys of this kind that a hold on a person keeps; by itself those that the finders of this kind give."""


@dataclass(frozen=True)
class ObjectKind:
    """A kind of object (case, signal, focus place) for the page that explains who may do what with it.

    `find` gives an object by its key, for whoever is at work; absent where single objects have no key.
    """

    kind: str
    title: Any
    compartment: str
    rules: Sequence[tuple[Any, str]]
    """(what one may do in words, what is asked): an ability, or `ability & app.permission` on the object itself."""
    find: Callable[[str], Any | None] | None = None


def finder(model: type[models.Model]) -> Callable[[str], Any | None]:
    """Gives objects of a model by their key as text; nothing for a text that is no key."""

    def find(key: str) -> Any | None:
        try:
            return model._default_manager.filter(pk=key).first()
        except (ValueError, ValidationError, DataError):
            return None

    return find


@dataclass(frozen=True)
class Offer:
    """A kind of object whose fields can be proposed to another compartment: field → title, and how to read them."""

    kind: str
    title: Any
    compartment: str
    fields: dict[str, Any]
    read: Callable[[Any, str], dict[str, str] | None]
    """(user, key) → the fields that this person may hand over; None where the object does not exist for them."""
    areas: Callable[[Any, str], list[str]] = field(default=lambda user, key: [])
    """(user, key) → codes of the areas the object lies in: receivers of an area see what lies in theirs."""
    subjects: Callable[[Any, str], Iterable[Any]] = field(default=lambda user, key: ())
    """(user, key) → the persons it is about, for the processing log: records about one person each."""


@dataclass(frozen=True)
class Receiver:
    """What takes in an accepted transfer for a compartment: gives the kind and key of what it made."""

    compartment: str
    accept: Callable[[Any, dict[str, str]], str]


personal: list[PersonalTable] = []
retention: list[RetentionRule] = []
objects: list[ObjectKind] = []
offers: list[Offer] = []
receivers: list[Receiver] = []
loads: list[Callable[[Any], object]] = []
"""Each brings something of the profile into the database, together with the rights of its roles."""
shows: list[Callable[[Iterable[Any], str, str], object]] = []
"""Each is told whose data a page shows, in which compartment, and what was done (see `shown`)."""
lookups: list[Callable[[Any, str, str], object]] = []
"""Each is told who searched for persons or addresses, and with which words (see `looked_up`)."""
holds: list[Callable[[str], frozenset[str]]] = []
"""Each gives, for a kind, the keys of records that are under a hold: nothing of these goes."""


def held(kind: str) -> frozenset[str]:
    """Keys of the records of a kind that may not end now."""
    return frozenset().union(*(ask(kind) for ask in holds))


def shown(things: Iterable[Any], activity: str, name: str) -> None:
    """Tell the processing log whose data a page shows: records of people, the compartment, and what was done.

    For apps that the processing log is not below of; the others call `trail.processing.shown`, which this leads to.
    """
    found = list(things)
    for listener in shows:
        listener(found, activity, name)


def looked_up(user: Any, kind: str, words: str) -> None:
    """Tell that somebody searched for persons (`name`) or addresses (`address`); leads to `trail.lookups.note`."""
    for listener in lookups:
        listener(user, kind, words)

"""What the codes of the audit log mean, in plain words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openvis.profile import Ability
from openvis.web.access.words import ABILITIES

ACTIONS: dict[str, Any] = {
    "audit.search": _("searched the audit log"),
    "audit.entry": _("opened an entry of the audit log"),
    "audit.export": _("took entries of the audit log along"),
    "audit.verify": _("verified the audit log"),
    "audit.expire": _("ended a part of the audit log"),
    "audit.anchor": _("wrote the end of the audit log down again"),
    "processing.search": _("looked up what was done with the data of a person"),
    "search.name": _("searched for a person"),
    "search.address": _("searched for an address"),
    "search.site": _("searched with the search box"),
    "own_detail.add": _("registered an own name or address"),
    "own_detail.remove": _("removed own names and addresses"),
    "sample.draw": _("drew a sample of look-ups"),
    "sample.view": _("opened a sample of look-ups"),
    "sample.judge": _("judged a look-up of a sample"),
    "sample.sign": _("signed for a sample"),
    "purpose.state": _("stated a purpose"),
    "purpose.end": _("closed all files"),
    "people.add": _("made an account"),
    "people.invite": _("invited somebody"),
    "people.accept": _("took up an invitation"),
    "people.grant": _("gave a role"),
    "people.revoke": _("ended a role"),
    "people.disable": _("closed an account"),
    "session.end": _("ended a session"),
    "intake.receive": _("delivered a file"),
    "intake.load": _("loaded a delivery"),
    "intake.expire": _("destroyed what was past its term"),
    "setup": _("prepared the installation"),
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "own_detail.view": _("opened somebody's own names and addresses"),
    "sample.list": _("opened the list of samples"),
    "people.expiry": _("changed until when an account holds"),
    "people.reopen": _("opened an account again"),
    "intake.withdraw": _("took a delivery back"),
    "intake.source": _("described a source"),
    "intake.trial": _("tried a file"),
    "intake.rejected": _("looked at rejected rows"),
    "intake.rejected.download": _("took rejected rows along"),
    "picture.alerts": _("worked out the alerts"),
    "keys.add": _("made a key"),
    "keys.retire": _("destroyed a key"),
    "backup.verify": _("verified a backup"),
    "backup.restore": _("restored a backup"),
    "backup.tidy": _("removed old backups"),
    "covenants.list": _("opened the register of covenants"),
    "covenant.view": _("opened a covenant"),
    "covenant.add_text": _("added the text of a covenant"),
    "covenant.fetch_text": _("fetched the text of a covenant"),
    "transfers.list": _("opened the list of transfers"),
    "transfers.list_proposed": _("opened the list of proposed transfers"),
    "transfer.view": _("opened a transfer"),
    "transfer.taken_in": _("took in a transfer"),
    "index.register": _("registered in the address index"),
    "index.withdraw": _("withdrew an entry of the address index"),
    "index.renew": _("renewed an entry of the address index"),
    "index.expire": _("let an entry of the address index run out"),
    "index.list": _("opened the entries of the own department in the address index"),
    "index.view": _("opened an entry of the address index"),
    "index.match": _("told of a match in the address index"),
    "index.match_view": _("opened a match in the address index"),
    "index.reply": _("noted what came of a match"),
    "index.look_up": _("looked an address up in the address index"),
    "index.counts": _("opened the counts of the address index"),
    "index.use": _("opened the use of the address index"),
    "index.offer": _("offered an entry of the address index to colleagues"),
    "index.decline": _("said no to an entry of the address index that was offered"),
    "index.take_over": _("took an entry of the address index over"),
    "index.network": _("came to the address index from another network"),
    "signals.list": _("opened the inbox of signals"),
    "signal.report": _("took in a signal"),
    "signal.draft": _("kept a draft of a signal"),
    "signal.drop_draft": _("threw a draft of a signal away"),
    "signal.answer": _("answered a question about a signal"),
    "signal.open": _("opened a signal"),
    "signal.similar": _("looked at signals that may be the same"),
    "signal.likeness": _("judged whether two signals are the same"),
    "signal.files": _("looked which files came with a signal"),
    "signal.file": _("saved a file of a signal"),
    "signal.complete": _("completed a signal"),
    "signal.ask": _("asked the reporter of a signal for more"),
    "signal.add": _("wrote down what was told about a signal"),
    "signal.note": _("wrote a note on a signal"),
    "signal.enrich": _("put a signal up for weighing"),
    "signal.act_at_once": _("wrote down what was done at once"),
    "signal.refuse": _("closed a signal without weighing"),
    "signal.forward": _("forwarded a signal that belongs elsewhere"),
    "signal.weigh_page": _("opened the weighing of a signal"),
    "signal.weigh": _("weighed a signal"),
    "signal.second_page": _("opened a weighing as second reader"),
    "signal.confirm": _("confirmed a weighing"),
    "signal.send_back": _("sent a weighing back"),
    "signal.hand_over": _("passed a signal to a department"),
    "signal.hand_over_open": _("opened what was passed to a department"),
    "signal.take_up": _("took up what was passed to the department"),
    "signal.result": _("told the result of a department"),
    "signal.follow": _("noted where a signal stands after weighing"),
    "signal.weigh_again": _("put a signal up to be weighed again"),
    "signal.close": _("closed a signal"),
    "signal.over_term": _("told that a signal is over its term"),
    "signal.result_over_term": _("told that the result of a department is over its term"),
}
RESULTS: dict[str, Any] = {
    "done": _("done"), "refused": _("refused"), "flagged": _("look-up of oneself"), "broken": _("not in order"),
    "failed": _("failed"),
}  # fmt: skip
SUBJECTS: dict[str, Any] = {"account": _("user of the system")}
_MAY = {ability.value: ABILITIES[ability] for ability in Ability if ability in ABILITIES}


def action(code: str) -> Any:
    """What was done; the code itself where there are no words for it."""
    return ACTIONS.get(code) or _MAY.get(code) or code


def result(code: str) -> Any:
    """What came of it."""
    return RESULTS.get(code, code)


def subject(code: str) -> Any:
    """A kind of person, as the processing log knows it."""
    return SUBJECTS.get(code, code)

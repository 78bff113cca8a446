"""What sharing keeps sealed outside of sealed fields, for a change of keys: the signed texts of covenants."""

from collections import Counter
from collections.abc import Iterator

from openvis.web.access import rotation, sealing
from openvis.web.access.keyring import SEAL
from openvis.web.access.rotation import Moved

from . import texts
from .models import CovenantText


class SignedTexts:
    """The files of the signed texts."""

    name, use = "covenants", SEAL

    def under(self) -> Counter[bytes]:
        return Counter(self._number(text) for text in CovenantText.objects.all())

    def move(self, current: bytes) -> Iterator[Moved]:
        for text in CovenantText.objects.all():
            if self._number(text) == current:
                continue
            try:
                sealing.seal_file(texts.unsealed(text), texts.place(text), texts.context(text))
            except (sealing.SealError, FileNotFoundError):
                yield Moved(0, (f"covenant text {text.pk}",))
            else:
                yield Moved(1)

    def _number(self, text: CovenantText) -> bytes:
        try:
            with texts.place(text).open("rb") as file:
                return file.read(sealing.KEY_ID)
        except FileNotFoundError:
            return b""


rotation.more.append(SignedTexts())

"""What signals keep sealed outside of sealed fields, for a change of keys: the attachments."""

from collections import Counter
from collections.abc import Iterator

from openvis.web.access import rotation, sealing
from openvis.web.access.keyring import SEAL
from openvis.web.access.rotation import Moved

from . import files
from .models import Attachment


class Attachments:
    """The files that came with signals."""

    name, use = "signal attachments", SEAL

    def under(self) -> Counter[bytes]:
        # A file that is lost is under no key: it must not keep a key, or a rotation, alive for ever.
        return Counter(number for item in Attachment.objects.all() if (number := self._number(item)))

    def move(self, current: bytes) -> Iterator[Moved]:
        for item in Attachment.objects.all():
            if self._number(item) == current:
                continue
            try:
                files.keep(item, files.unsealed(item))
            except (sealing.SealError, FileNotFoundError):
                yield Moved(0, (f"attachment {item.pk}",))
            else:
                yield Moved(1)

    def _number(self, item: Attachment) -> bytes:
        try:
            with files.place(item).open("rb") as file:
                return file.read(sealing.KEY_ID)
        except FileNotFoundError:
            return b""


rotation.more.append(Attachments())

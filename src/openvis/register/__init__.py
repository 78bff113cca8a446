"""The algorithm register (algoritmeregister): what each method is for, on which data, and who decides.

One file for each method in `entries/`, in Dutch and English, in the fields of the Dutch publication standard for
algorithms. The pages of docs/algorithms and the register on the site are both made from it.
"""

from openvis.register.entry import Entry, Text
from openvis.register.loading import entries

__all__ = ["Entry", "Text", "entries"]

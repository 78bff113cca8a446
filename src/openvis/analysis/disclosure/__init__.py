"""What of a table may be published: small counts hidden, or all rounded, and what an outsider can still work out."""

from openvis.analysis.disclosure.protection import Audit, Protected, audit, protect
from openvis.analysis.disclosure.table import Margins

__all__ = ["Audit", "Margins", "Protected", "audit", "protect"]

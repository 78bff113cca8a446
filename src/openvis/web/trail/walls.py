"""What pages may do with what is kept here."""

from openvis.web.access import walls

from .models import AuditCheckpoint, AuditSeal

walls.limit(AuditSeal, "SELECT")
walls.limit(AuditCheckpoint, "SELECT")

"""Barrier models (barrièremodellen): who can intervene in which step of a criminal process."""

"""People, organisations, roles, purposes, audit."""

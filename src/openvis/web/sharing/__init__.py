"""How data move between compartments and organisations: proposed and accepted, under a covenant."""

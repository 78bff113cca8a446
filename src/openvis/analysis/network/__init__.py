"""How a group is held together and how that changes: pseudonyms inside one lawful group file (groepsscan, netwerkanalyse).

Describes structure and roles with their uncertainty. No ranking of people, no stored score: whether someone is approached
follows from written criteria on facts, decided by people.
"""

from openvis.analysis.network.brokers import Brokers, brokers
from openvis.analysis.network.communities import Communities, Stability, communities, stability
from openvis.analysis.network.dynamics import Change, Dynamics, dynamics
from openvis.analysis.network.graph import Graph
from openvis.analysis.network.key_players import KeyPlayers, key_players
from openvis.analysis.network.leiden import modularity
from openvis.analysis.network.resampling import Evidence
from openvis.analysis.network.roles import WORDS, Roles, roles
from openvis.analysis.network.ties import Records, Ties, tie_strength

__all__ = [
    "WORDS", "Brokers", "Change", "Communities", "Dynamics", "Evidence", "Graph", "KeyPlayers", "Records", "Roles",
    "Stability", "Ties", "brokers", "communities", "dynamics", "key_players", "modularity", "roles", "stability",
    "tie_strength",
]  # fmt: skip

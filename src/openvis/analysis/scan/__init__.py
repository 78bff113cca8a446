"""Space-time permutation scan: is a cluster emerging now?"""

from openvis.analysis.scan.permutation import Cluster, Scan, space_time_permutation

__all__ = ["Cluster", "Scan", "space_time_permutation"]

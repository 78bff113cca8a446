"""The shortest round against the best of networkx and nearest neighbour with 2-opt, in the same run: length and time.

    python benchmarks/route.py [--stops 60] [--towns 5] [--json FILE]

A town: stops at random within 8 by 8 km, straight lines times 1.3. networkx is asked in all the ways that it knows for such
distances (Christofides; greedy, then simulated annealing and threshold accepting); the shortest of its answers counts, and
its own time. Lengths in km, seconds of the clock, and how much longer the other round is.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from networkx.algorithms import approximation

from openvis.analysis.route import crow_flies, shortest_round


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def length(order: list[int], distance: np.ndarray) -> float:
    return float(distance[order, np.roll(order, -1)].sum())


def two_opt(distance: np.ndarray) -> list[int]:
    """Always on to the nearest, then two ways exchanged while that helps: what people write themselves."""
    size = distance.shape[0]
    order, left = [0], set(range(1, size))
    while left:
        order.append(min(left, key=lambda stop: distance[order[-1], stop]))
        left.remove(order[-1])
    better = True
    while better:
        better = False
        for i in range(1, size - 1):
            for j in range(i + 1, size):
                a, b, c, d = order[i - 1], order[i], order[j], order[(j + 1) % size]
                if distance[a, c] + distance[b, d] < distance[a, b] + distance[c, d] - 1e-9:
                    order[i : j + 1] = order[i : j + 1][::-1]
                    better = True
    return order


def by_networkx(distance: np.ndarray) -> dict[str, Callable[[], list[int]]]:
    graph = nx.from_numpy_array(distance)

    def improved(method: Any) -> Callable[[], list[int]]:
        return lambda: list(method(graph, "greedy", source=0, seed=0)[:-1])

    return {
        "networkx Christofides": lambda: list(approximation.christofides(graph)[:-1]),
        "networkx greedy": lambda: list(approximation.greedy_tsp(graph, source=0)[:-1]),
        "networkx simulated annealing": improved(approximation.simulated_annealing_tsp),
        "networkx threshold accepting": improved(approximation.threshold_accepting_tsp),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, default=60)
    parser.add_argument("--towns", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    shortest_round(crow_flies([0, 1, 2, 3, 4, 9], [0, 1, 0, 3, 1, 5]))  # warm
    told = []
    for town in range(given.towns):
        x, y = np.random.default_rng(town).uniform(0, 8000, (2, given.stops + 1))
        distance = crow_flies(x, y)
        seconds, found = measured(lambda distance=distance: shortest_round(distance))
        assert found.optimal
        peers = {}
        for name, work in {**by_networkx(distance), "nearest neighbour and 2-opt": lambda d=distance: two_opt(d)}.items():
            taken, order = measured(work)
            assert sorted(order) == list(range(given.stops + 1))
            peers[name] = {"seconds": taken, "km": length(order, distance) / 1000}
            assert peers[name]["km"] * 1000 >= found.length - 1e-6
        best = min((name for name in peers if name.startswith("networkx")), key=lambda name: peers[name]["km"])
        print(f"town {town}, {given.stops} stops: {found.length / 1000:.2f} km, proven, {seconds:.2f} s")
        for name in (best, "nearest neighbour and 2-opt"):
            longer = 100 * (peers[name]["km"] / (found.length / 1000) - 1)
            ratio = peers[name]["seconds"] / seconds
            print(f"    {name}: {peers[name]['km']:.2f} km, {longer:+.1f} %; {peers[name]['seconds']:.2f} s, {ratio:.2f} ×")
        told.append({"stops": given.stops, "km": found.length / 1000, "seconds": seconds, "best": best, "peers": peers})
    if given.json:
        given.json.write_text(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()

"""What is measured, by name: `python -m cnnviz bench [NAME...]`."""

from collections.abc import Sequence
from pkgutil import resolve_name
from typing import Any

from cnnviz.errors import UnknownName

BENCHES = {
    "startup": "cnnviz.bench.startup:measure",
    "first-sight": "cnnviz.bench.first_sight:measure",
    "training": "cnnviz.bench.training:measure",
    "steering": "cnnviz.bench.steering:measure",
    "memory": "cnnviz.bench.memory:measure",
    "kernel": "cnnviz.bench.kernel:measure",
    "analysis": "cnnviz.bench.analysis:measure",
    "accuracy": "cnnviz.bench.accuracy:measure",
    "drawings": "cnnviz.bench.drawings:measure",
    "honest": "cnnviz.bench.honest:measure",
    "diagnosis": "cnnviz.bench.diagnosis:measure",
    "estimate": "cnnviz.bench.estimate:measure",
    "live-panel": "cnnviz.bench.live_panel:measure",
    "live-net": "cnnviz.bench.live_net:measure",
    "compared-nets": "cnnviz.bench.compared_nets:measure",
    "what-if": "cnnviz.bench.what_if:measure",
    "attribution": "cnnviz.bench.attribution:measure",
    "load": "cnnviz.bench.load:measure",
    "runs": "cnnviz.bench.runs:measure",
    "kills": "cnnviz.bench.kills:measure",
}
"""Name -> function; as text, because each imports much that the others do not need."""


def run_benches(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Run benches one after the other.

    Parameters
    ----------
    names : sequence of str
        Names of BENCHES; none means all.

    Returns
    -------
    dict
        Name -> figures of that bench; "text" is one line for people.

    Raises
    ------
    UnknownName
        There is no such bench.
    """
    for name in names:
        if name not in BENCHES:
            raise UnknownName.among("bench", name, list(BENCHES))
    return {name: resolve_name(BENCHES[name])() for name in names or BENCHES}

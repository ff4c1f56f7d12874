"""What is measured, by name: `python -m cnnviz bench [NAME...]`."""

import importlib
from collections.abc import Sequence
from typing import Any

from cnnviz.errors import UnknownName

BENCHES = ("startup", "training", "steering", "memory", "kernel", "analysis", "accuracy", "estimate")


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
    return {name: importlib.import_module(f"cnnviz.bench.{name}").measure() for name in names or BENCHES}

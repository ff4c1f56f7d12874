"""The benches by name."""

import importlib
from collections.abc import Sequence
from typing import Any

from cnnviz.errors import UnknownName

BENCHES = ("startup", "training", "steering", "memory", "kernel", "analysis", "accuracy", "estimate")


def run_benches(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Run the named benches, or all; each gives figures and "text", one line for people."""
    for name in names:
        if name not in BENCHES:
            raise UnknownName.among("bench", name, list(BENCHES))
    return {name: importlib.import_module(f"cnnviz.bench.{name}").measure() for name in names or BENCHES}

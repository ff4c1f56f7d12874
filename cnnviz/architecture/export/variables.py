"""What generated code of any library needs: the steps of a net, and Python names for them and for their outputs."""

import re
from collections.abc import Sequence

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import IMAGE, Node, trace
from cnnviz.architecture.spec import Architecture


def traced(architecture: Architecture) -> tuple[Node, ...]:
    """Return the steps of a net; raises InvalidArchitecture also for one that is too large."""
    analyze(architecture)
    return trace(architecture)[0]


def python_names(nodes: Sequence[Node]) -> list[str]:
    """Return a Python name for each node, all different.

    One without a number gets an ending: such a name could be a keyword, or mean something else in the code.
    """
    taken: set[str] = set()
    names = []
    for node in nodes:
        name = node.name.replace(".", "_")
        name = name if re.search(r"_\d", name) else f"{name}_layer"
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names


def variables(nodes: Sequence[Node], names: Sequence[str]) -> dict[int, str]:
    """Return the variable that holds what each node (and `IMAGE`) puts out: `x` where only the next node reads it."""
    readers: dict[int, set[int]] = {position: set() for position in range(IMAGE, len(nodes))}
    for position, node in enumerate(nodes):
        for source in node.inputs:
            readers[source].add(position)
    held = {position: "x" if read <= {position + 1} else names[position] for position, read in readers.items()}
    return held | {IMAGE: "x" if readers[IMAGE] == {0} else "image_0"}

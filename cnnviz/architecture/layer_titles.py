"""What a page calls the layers of a net: "Convolution 2", not conv_2. Pure.

A net in the browser is called by the same rule (`layerTitles` in assets/components/shared/net_view/words.js).
"""

from collections import Counter

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture


def layer_titles(architecture: Architecture) -> dict[str, str]:
    """Return what each layer is called on a page, by its name: its kind, numbered where a net has several of it.

    Layers in blocks count as well, and those of a block that is repeated in each of its rounds.

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    nodes, _ = trace(architecture)
    kinds = [node.layer.kind for node in nodes]
    totals, seen = Counter(kinds), Counter[str]()
    titles = {}
    for node, kind in zip(nodes, kinds, strict=True):
        seen[kind] += 1
        words = LAYER_KINDS[kind].words
        title = words[0].upper() + words[1:]
        titles[node.name] = f"{title} {seen[kind]}" if totals[kind] > 1 else title
    return titles

"""Texts of a diagram: what buttons say on hover and to screen readers, and the whole net in words."""

from cnnviz.architecture.analysis.analyze import LayerReport
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture
from cnnviz.plots.diagram.layout import Box, Element, Group, tree
from cnnviz.text.units import shape_text

IMAGE_WORDS = "image: what comes in"


def layer_words(report: LayerReport) -> str:
    """Return a layer's name, kind, input shape and output shape in words."""
    kind = LAYER_KINDS[report.kind].words
    return f"{report.name}: {kind}, {shape_text(report.input_shape)} to {shape_text(report.output_shape)}"


def box_words(box: Box) -> str:
    """Return the accessible name of a box: `layer_words` and the number of parameters."""
    params = box.report.params
    return layer_words(box.report) + (f", {params:,} parameters" if params else "")


def group_words(group: Group) -> str:
    """Return the accessible name of a block."""
    if group.kind == "repeat":
        return f"{group.label}: the same block {group.times} times in a row"
    if group.kind == "branches":
        return f"{group.label}: {len(group.chains)} paths side by side, their maps put together"
    way = "a 1x1 projection" if group.shortcut else "its input"
    return f"{group.label}: a block whose output is added to {way}"


def diagram_alt(architecture: Architecture) -> str:
    """Return the text alternative of a diagram: the net in words, layer after layer.

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    elements = tree(architecture)
    told = "; ".join(_told(element) for element in elements)
    return f"{architecture.name}: an image of {shape_text(architecture.input_shape)} goes through {told}."


def _told(element: Element) -> str:
    if isinstance(element, Box):
        return f"{element.label} ({shape_text(element.shape)})"
    chains = [", ".join(_told(inside) for inside in chain) or "nothing" for chain in element.chains]
    if element.kind == "repeat":
        return f"{element.times} times {element.label} [{chains[0]}]"
    if element.kind == "branches":
        ways = "; beside ".join(chains)
        return f"{element.label} [{ways}], put together ({shape_text(element.merge[0].shape)})"
    way = "a projection of its input" if element.shortcut else "its input"
    return f"{element.label} [{chains[0]}], added to {way} ({shape_text(element.merge[0].shape)})"

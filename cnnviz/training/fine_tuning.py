"""Fine-tuning: a net that has learned before learns on, with a head for other classes and part of it frozen. Pure.

References
----------
F. Chollet, "Transfer learning and fine-tuning", Keras guides, 2020: freeze first, then fine-tune a part at a low
learning rate; batch normalisation stays frozen all the while, because new statistics would destroy what was learned.
"""

from dataclasses import replace
from math import ceil, prod
from typing import NamedTuple

from cnnviz.architecture.analysis.analyze import Analysis, analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.editing.adapt import adapt, head_name, with_probabilities
from cnnviz.architecture.spec import Architecture, BatchNorm
from cnnviz.architecture.spec.layers import WeightedSpec
from cnnviz.errors import InvalidConfig
from cnnviz.text.units import bytes_text, count_text, shape_text
from cnnviz.training.config import Frozen, TrainingConfig

LAST_PART = 1 / 3  # of the layers with kernels before the head
MAX_IMAGE_BYTES = 2**31  # of all images of a training, brought into the size of the net


class Learning(NamedTuple):
    """How many parameters learn and how many are frozen, and how many of the layers with kernels before the head."""

    params: int
    frozen_params: int
    layers: int
    num_layers: int


def fitted_net(architecture: Architecture, num_classes: int) -> Architecture:
    """Return a net with an output for each class, for images of its own size and scaling.

    Raises
    ------
    InvalidArchitecture
        It does not end in a layer with a unit or a map for each class.
    """
    return adapt(with_probabilities(architecture), architecture.input_shape, num_classes)


def frozen_layers(architecture: Architecture, frozen: Frozen) -> frozenset[str]:
    """Return the names of the layers whose weights stay as they are.

    The last part is a third of the layers with kernels before the head, rounded up; a block with paths that it begins
    in learns as a whole.
    """
    nodes, _ = trace(architecture)
    first = _first_learning(architecture, frozen)
    return frozenset(
        node.name
        for place, node in enumerate(nodes)
        if node.effect.params and (place < first or isinstance(node.layer, BatchNorm))
    )


def learning(architecture: Architecture, frozen: Frozen) -> Learning:
    """Count what learns. Statistics of a batch normalisation count as frozen."""
    names = frozen_layers(architecture, frozen)
    reports = analyze(architecture).layers
    params = sum(report.trainable_params for report in reports if report.name not in names)
    nodes, _ = trace(architecture)
    before = [nodes[place].name for place in _kernel_places(architecture)]
    total = sum(report.params for report in reports)
    return Learning(params, total - params, sum(name not in names for name in before), len(before))


def learning_text(architecture: Architecture, config: TrainingConfig) -> str:
    """Say in words what learns and what is frozen; "" where the training does not begin with a net."""
    tuned = config.fine_tuning
    if tuned is None:
        return ""
    found = learning(architecture, tuned.frozen)
    head = "the new head" if tuned.head == "new" else "the head that it has"
    which = f"The last {found.layers} of {found.num_layers} convolutional and dense layers and {head} learn"
    if found.layers == found.num_layers:
        which = f"All layers and {head} learn"
    if not found.layers:
        which = f"Only {head} learns"
    still = " Batch normalisation stays as it is." if _has_batch_norm(architecture) else ""
    return (
        f"{which}: {count_text(found.params, 'parameter')} {'learns' if found.params == 1 else 'learn'}, "
        f"{found.frozen_params:,} {'is' if found.frozen_params == 1 else 'are'} frozen.{still}"
    )


def training_analysis(architecture: Architecture, config: TrainingConfig) -> Analysis:
    """Return what a net costs in a training of that config: what is frozen there learns nothing."""
    analysis = analyze(architecture)
    if config.fine_tuning is None:
        return analysis
    names = frozen_layers(architecture, config.fine_tuning.frozen)
    reports, is_passed = [], True
    for report in analysis.layers:
        params = 0 if report.name in names else report.trainable_params
        is_passed = is_passed and not params
        reports.append(replace(report, trainable_params=params, is_passed=is_passed))
    totals = replace(analysis.totals, trainable_params=sum(report.trainable_params for report in reports))
    return replace(analysis, layers=tuple(reports), totals=totals)


def check_room(num_images: int, image_shape: tuple[int, int, int], input_shape: tuple[int, int, int]) -> None:
    """Raise InvalidConfig if so many images take too much memory in the size of the net."""
    num_bytes = num_images * prod(input_shape)
    if tuple(image_shape) == tuple(input_shape) or num_bytes <= MAX_IMAGE_BYTES:
        return
    most = MAX_IMAGE_BYTES // prod(input_shape)
    raise InvalidConfig(
        f"In the size of the net, {shape_text(input_shape)}, these images take "
        f"{bytes_text(num_bytes, above=MAX_IMAGE_BYTES)}; at most {bytes_text(MAX_IMAGE_BYTES)} are accepted. "
        f"Use fewer training images, or a smaller set: {most:,} images "
        f"fit, those to test on included. Received: {num_images:,} images."
    )


def _first_learning(architecture: Architecture, frozen: Frozen) -> int:
    """Place of the first layer that learns, among the steps of the net."""
    nodes, spans = trace(architecture)
    if frozen == "nothing":
        return 0
    kernels = _kernel_places(architecture)
    if frozen == "all-but-the-head" or not kernels:
        return next(place for place, node in enumerate(nodes) if node.name == head_name(architecture))
    first = kernels[-ceil(len(kernels) * LAST_PART)]
    blocks = [span.first for span in spans if span.kind != "repeat" and span.first <= first < span.stop]
    return min([first, *blocks])


def _kernel_places(architecture: Architecture) -> list[int]:
    """Places of the layers with kernels before the head."""
    nodes, _ = trace(architecture)
    head = head_name(architecture)
    end = next(place for place, node in enumerate(nodes) if node.name == head)
    return [place for place, node in enumerate(nodes[:end]) if isinstance(node.layer, WeightedSpec)]


def _has_batch_norm(architecture: Architecture) -> bool:
    return any(isinstance(node.layer, BatchNorm) for node in trace(architecture)[0])

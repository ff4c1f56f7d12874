"""Which output of a net is followed, and what is left of a net whose output cannot be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cnnviz.architecture.spec.layers import ActivationLayer
from cnnviz.models.foreign.limits import brief
from cnnviz.models.foreign.series_parallel import Block, Followed, follow
from cnnviz.models.foreign.simplify import nested_concats
from cnnviz.models.foreign.steps import ForeignNet, Step

ANSWERS = ("softmax", "sigmoid")
"""Activation functions that give probabilities."""


LOGARITHMS = "Shown as softmax: the net gives the logarithms of these shares."
LOGARITHMS_LAST = (
    "Its last layer gives logarithms of probabilities; here, and in files saved from here, it gives the probabilities."
)
LOGARITHMS_GO_ON = "Other layers take the logarithms that it gives, which are not shown."


def without_logarithms_inside(steps: Mapping[str, Step]) -> dict[str, Step]:
    """Return the same net; what is shown as softmax, and is none, is not shown where other layers take it."""
    taken = {each for step in steps.values() for each in step.inputs}
    return {
        name: replace(step, layer=None, is_shown=False, note=LOGARITHMS_GO_ON)
        if step.note == LOGARITHMS and name in taken
        else step
        for name, step in steps.items()
    }


def followed_output(steps: Mapping[str, Step], outputs: Sequence[str], net: ForeignNet) -> tuple[str, Followed]:
    """Follow one output: one that can be reached and gives probabilities before others, then the first.

    Parameters
    ----------
    steps : mapping
        Name -> step, without those that change nothing.
    outputs : sequence of str
        Names of the steps that give the outputs.
    net : ForeignNet

    Returns
    -------
    (str, Followed)
        The output. Where it cannot be reached, what is left ends with the last maps before it: values in a row in the
        middle of a net would be taken for an answer.
    """
    found = [(output, _followed(steps, output)) for output in outputs]
    output, best = max(found, key=lambda each: (each[1].until is None, _is_answer(steps, each[0], net)))
    return output, best if best.until is None else _with_maps_last(_of_file(best, steps), net)


def output_text(steps: Mapping[str, Step], outputs: Sequence[str], followed: str) -> str:
    """Say which of several outputs is followed, and whether it is shown otherwise than in the file."""
    several = f"This net has {len(outputs)} outputs: {brief(followed)!r} is followed." if len(outputs) > 1 else ""
    is_logarithm = followed in steps and steps[followed].note == LOGARITHMS
    return " ".join(filter(None, [several, LOGARITHMS_LAST if is_logarithm else ""]))


def _followed(steps: Mapping[str, Step], output: str) -> Followed:
    """Follow the net as it is or, where that leads further, with one concatenation taking another's values."""
    plain = follow(steps, output)
    if plain.until is None:
        return plain
    nested = follow(nested_concats(steps), output)
    return nested if nested.until is None or len(nested.parts) > len(plain.parts) else plain


def _of_file(followed: Followed, steps: Mapping[str, Step]) -> Followed:
    """The same; where it breaks off at a step that is not the file's, the one that needs it is named."""
    until, names = followed.until, list(steps)
    if until is None or until not in steps:
        return followed
    behind = names[names.index(until) :]
    return replace(followed, until=next((name for name in behind if not steps[name].is_extra), until))


def _is_answer(steps: Mapping[str, Step], output: str, net: ForeignNet) -> bool:
    layer = steps[output].layer if output in steps else None
    function = layer.function if isinstance(layer, ActivationLayer) else getattr(layer, "activation", "")
    return function in ANSWERS and len(net.shape(output)) == 1


def _with_maps_last(followed: Followed, net: ForeignNet) -> Followed:
    parts = list(followed.parts)
    while parts and len(net.shape((parts[-1].step if isinstance(parts[-1], Block) else parts[-1]).name)) != 3:
        parts.pop()
    return replace(followed, parts=tuple(parts))

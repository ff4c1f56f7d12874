"""Steps that a file spells out and that have a name of their own here, or are easier to follow otherwise."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from cnnviz.architecture.spec.arithmetic import Clip, Concat, Multiply, Scaling
from cnnviz.architecture.spec.layers import ActivationLayer
from cnnviz.models.foreign.steps import Step

SIXTH = 1 / 6
GATED = {"sigmoid": "silu", "hard_sigmoid": "hard_silu"}
"""Function s of an activation -> x s(x)."""

Steps = Mapping[str, Step]


def simplified(steps: Steps) -> dict[str, Step]:
    """Return the same net with fewer steps.

    relu6(x + 3) / 6 is a hard sigmoid, x sigmoid(x) a SiLU, and x hard_sigmoid(x) a hard SiLU.
    """
    return _gates(_hard_sigmoids(steps))


def _hard_sigmoids(steps: Steps) -> dict[str, Step]:
    """Replace (x + 3), limits 0 and 6, and a sixth of that."""
    uses, found = _uses(steps), dict(steps)
    for name, step in steps.items():
        limits = found.get(step.inputs[0]) if step.inputs else None
        shifted = found.get(limits.inputs[0]) if limits and limits.inputs else None
        if (
            limits
            and shifted
            and isinstance(step.layer, Scaling)
            and isinstance(shifted.layer, Scaling)
            and _is_near(step.layer, SIXTH, 0.0)
            and _is_near(shifted.layer, 1.0, 3.0)
            and _is_relu6(limits)
            and uses[limits.name] == uses[shifted.name] == 1
        ):
            found[name] = replace(step, inputs=shifted.inputs, layer=ActivationLayer(function="hard_sigmoid"))
            for part in (limits, shifted):
                found[part.name] = _part_of(part, name)
    return found


def _gates(steps: Steps) -> dict[str, Step]:
    uses, found = _uses(steps), dict(steps)
    for name, step in steps.items():
        if not isinstance(step.layer, Multiply) or len(step.inputs) != 2:
            continue
        for value, gate in (step.inputs, step.inputs[::-1]):
            own = found.get(gate)
            layer = own.layer if own else None
            if own and isinstance(layer, ActivationLayer) and own.inputs == (value,) and uses[gate] == 1:
                function = GATED.get(layer.function)
                if function:
                    found[name] = replace(step, inputs=(value,), layer=_activation(function))
                    found[gate] = _part_of(own, name)
                    break
    return found


def nested_concats(steps: Steps) -> dict[str, Step]:
    """Return the same net; what puts together what another step has put together, and more, takes that one's values.

    So dense blocks can be followed in which every step takes all maps before it.
    """
    known: dict[tuple[str, ...], str] = {}
    nested = {}
    for name, step in steps.items():
        inputs = step.inputs
        if isinstance(step.layer, Concat):
            for length in range(len(inputs) - 1, 1, -1):
                if inputs[:length] in known:
                    step = replace(step, inputs=(known[inputs[:length]], *inputs[length:]))
                    break
            known[inputs] = name
        nested[name] = step
    return nested


def _uses(steps: Steps) -> Counter[str]:
    return Counter(each for step in steps.values() for each in step.inputs)


def _activation(function: str) -> ActivationLayer:
    return ActivationLayer.model_validate({"function": function})


def _part_of(step: Step, name: str) -> Step:
    return replace(step, layer=None, weights={}, part_of=name)


def _is_near(layer: Scaling, scale: float, offset: float) -> bool:
    factors = (layer.scale, layer.offset)
    return all(
        isinstance(one, float) and abs(one - other) < 1e-6 for one, other in zip(factors, (scale, offset), strict=True)
    )


def _is_relu6(step: Step) -> bool:
    layer = step.layer
    if isinstance(layer, Clip):
        return (layer.low, layer.high) == (0.0, 6.0)
    return isinstance(layer, ActivationLayer) and layer.function == "relu6"

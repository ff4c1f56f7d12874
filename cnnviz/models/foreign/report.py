"""What is said of each step of a net's file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.limits import brief
from cnnviz.models.foreign.series_parallel import Followed
from cnnviz.models.foreign.steps import IMAGE, Step

PASSES = "It gives what it gets."


@dataclass(frozen=True)
class LayerReport:
    """What became of one step of the file.

    Attributes
    ----------
    name, operation : str
        As the file calls them.
    shown : bool
    note : str
        Why it is not shown, or how it is shown otherwise.
    passes : bool
        It gives what it gets when the net is asked: nothing is shown for it, and nothing is missing.
    """

    name: str
    operation: str
    shown: bool
    note: str = ""
    passes: bool = False


def report_of(
    steps: Mapping[str, Step], shown: Sequence[Step], followed: Followed, *, is_one_output: bool
) -> tuple[LayerReport, ...]:
    """Say of each step of the file what became of it; `shown` are those that our net has."""
    until = f"The answer is not reached because of {brief(followed.until or '')!r}."
    unneeded = "No output needs it." if is_one_output else "Only another output needs it."
    reason = until if followed.until else unneeded
    written, lines = {IMAGE, *(step.name for step in shown)}, []
    for step in steps.values():
        if step.layer is None and step.is_shown and written.issuperset(step.inputs):
            written.add(step.name)  # it passes on what is shown
        if not step.is_extra:
            lines.append(_line(step, reason, is_shown=step.name in written))
    return tuple(lines)


def _line(step: Step, reason: str, *, is_shown: bool) -> LayerReport:
    note, passes = step.note, False
    if not is_shown:
        note = reason if step.is_shown else note
    elif step.part_of:
        note = f"It is a part of {brief(step.part_of)!r}."
    elif step.layer is None:
        note, passes = note or PASSES, True
    return LayerReport(brief(step.name), brief(step.operation), is_shown, note, passes)


def nothing(steps: Iterable[Step]) -> InvalidModel:
    """Build the error for a net whose first step is not shown."""
    first = next((step for step in steps if not step.is_shown), None)
    why = (
        f"its step {brief(first.name)!r} ({brief(first.operation)}) is not shown: {first.note}"
        if first
        else "it is empty."
    )
    return InvalidModel(
        f"Nothing of this net can be shown, because {why} Save a net whose first layers are convolutions, pooling or "
        f"dense layers. Received: {brief(first.operation) if first else 'no steps'}."
    )

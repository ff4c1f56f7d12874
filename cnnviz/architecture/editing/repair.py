"""A way out for an impossible net: the repaired net, with a label for the button that takes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.architecture.editing.repair_steps import Repair, removal, repairs
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import Path
from cnnviz.errors import InvalidArchitecture

_Ways = Callable[[Architecture, Path], Iterator[Repair]]

MAX_STEPS = 12
"""A net that needs more repairs than this is better built anew."""


@dataclass(frozen=True)
class Fix:
    """A repaired net that is possible from input to output, and what was done to it, in words."""

    label: str
    architecture: Architecture


def suggest_fix(architecture: Architecture, error: InvalidArchitecture) -> Fix | None:
    """Look for the smallest repair that makes the net possible.

    Parameters
    ----------
    error
        What `analyze` or `output_units` raised for this net.

    Returns
    -------
    Fix or None
        None if nothing simple helps. Where one layer after the other fails (three convolutions on
        an image that is too small), the fix repairs them all.
    """
    return _search(architecture, error, repairs) or _search(architecture, error, _with_removal)


def explain(architecture: Architecture) -> InvalidArchitecture | None:
    """Return why the net is impossible, with `layer` and `fix` set; None if it is possible."""
    error = _problem(architecture)
    if error is not None:
        error.fix = suggest_fix(architecture, error)
    return error


def _problem(architecture: Architecture) -> InvalidArchitecture | None:
    try:
        output_units(architecture)
    except InvalidArchitecture as error:
        return error
    return None


def _search(architecture: Architecture, error: InvalidArchitecture, ways: _Ways) -> Fix | None:
    labels: list[str] = []
    for _ in range(MAX_STEPS):
        step = _step(architecture, error, ways)
        if step is None:
            return None
        label, architecture, next_error = step
        labels.append(label)
        if next_error is None:
            return Fix(_joined(labels), architecture)
        error = next_error
    return None


def _step(
    architecture: Architecture, error: InvalidArchitecture, ways: _Ways
) -> tuple[str, Architecture, InvalidArchitecture | None] | None:
    """Take the first repair that makes the net possible, else the first that moves the problem on, else elsewhere."""
    further = elsewhere = None
    for label, repaired in _possible(architecture, error, ways):
        problem = _problem(repaired)
        if problem is None:
            return label, repaired, None
        if problem.layer != error.layer:
            elsewhere = elsewhere or (label, repaired, problem)
            if (problem.layer or ()) > (error.layer or ()):
                further = further or (label, repaired, problem)
    return further or elsewhere


def _with_removal(architecture: Architecture, path: Path) -> Iterator[Repair]:
    yield from repairs(architecture, path)
    yield from removal(architecture, path)


def _possible(
    architecture: Architecture, error: InvalidArchitecture, ways: _Ways
) -> Iterator[tuple[str, Architecture]]:
    if error.layer is None:
        return
    for label, repair in ways(architecture, error.layer):
        try:
            repaired = repair()
        except InvalidArchitecture:  # the repair would leave an empty block, or too many layers
            continue
        if repaired != architecture:
            yield label, repaired


def _joined(labels: list[str]) -> str:
    shown = "; ".join(labels[:3])
    return f"{shown}; and {len(labels) - 3} more" if len(labels) > 3 else shown

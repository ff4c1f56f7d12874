"""A graph of steps as nested blocks: what lies between two steps that all paths go through is a layer or a block.

A net can be written as blocks in blocks if it is series-parallel: paths part in one place and meet again in one.

References
----------
K. D. Cooper, T. J. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cnnviz.architecture.spec import MAX_DEPTH
from cnnviz.architecture.spec.arithmetic import Merge
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import IMAGE, Step


@dataclass(frozen=True)
class Block:
    """Paths that part before it and meet in `step`; each is a sequence of steps and blocks, an empty one passes on."""

    step: Step
    paths: tuple["Sequence_", ...]


Sequence_ = tuple[Step | Block, ...]


@dataclass(frozen=True)
class Followed:
    """The part of a net that could be written as blocks.

    Attributes
    ----------
    parts : tuple
    until : str, optional
        Name of the first step on the way to the output that is not in it; None: there is none.
    """

    parts: Sequence_
    until: str | None


def follow(steps: Mapping[str, Step], output: str) -> Followed:
    """Write a net as nested blocks, as far as that is possible.

    Parameters
    ----------
    steps : mapping
        Name -> step, each after those whose values it takes. Steps that change nothing are left out before.
    output : str
        Name of the step that gives the net's output.

    Returns
    -------
    Followed
    """
    above = _dominators(steps)
    way = [output]
    while way[-1] != IMAGE:
        way.append(above[way[-1]][0])
    blocks = _Blocks(steps, {name: place[0] for name, place in above.items()})
    parts: list[Step | Block] = []
    for name in reversed(way[:-1]):
        try:
            parts.append(blocks.one(steps[name], 0))
        except NotShown:
            return Followed(tuple(parts), _first_after(steps, above, name))
    return Followed(tuple(parts), None)


class _Blocks:
    def __init__(self, steps: Mapping[str, Step], above: Mapping[str, str]) -> None:
        self.steps, self.above = steps, above
        self.seen: set[str] = set()

    def one(self, step: Step, depth: int) -> Step | Block:
        """The step alone, or all that lies between it and the step above that all paths to it go through."""
        if step.name in self.seen or not step.is_shown or depth > MAX_DEPTH:
            raise NotShown("")
        self.seen.add(step.name)
        if not isinstance(step.layer, Merge):
            return step
        above = self.above[step.name]
        return Block(step, tuple(self._between(above, name, depth + 1) for name in step.inputs))

    def _between(self, above: str, name: str, depth: int) -> Sequence_:
        parts = []
        while name != above:
            if name == IMAGE:
                raise NotShown("")
            parts.append(self.one(self.steps[name], depth))
            name = self.above[name]
        return tuple(reversed(parts))


def _dominators(steps: Mapping[str, Step]) -> dict[str, tuple[str, int]]:
    """Step -> the nearest one before it that all paths to it go through, and how many those are up to the image."""
    above = {IMAGE: (IMAGE, 0)}
    for name, step in steps.items():
        nearest = step.inputs[0] if step.inputs else IMAGE
        for other in step.inputs[1:]:
            nearest = _meet(above, nearest, other)
        above[name] = (nearest, above[nearest][1] + 1)
    return above


def _meet(above: Mapping[str, tuple[str, int]], one: str, other: str) -> str:
    while one != other:
        if above[one][1] >= above[other][1]:
            one = above[one][0]
        else:
            other = above[other][0]
    return one


def _first_after(steps: Mapping[str, Step], above: Mapping[str, tuple[str, int]], name: str) -> str:
    """Of what could not be followed up to a step, the first that is not shown, else the step itself."""
    waiting, found, seen = [name], [], set()
    while waiting:
        each = waiting.pop()
        if each in (IMAGE, above[name][0]) or each in seen:
            continue
        seen.add(each)
        if not steps[each].is_shown:
            found.append(each)
        waiting.extend(steps[each].inputs)
    return next((each for each in steps if each in found), name)

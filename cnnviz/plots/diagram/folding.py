"""Blocks and layers that come again, drawn as one box with a count until somebody opens them.

What can be folded has a key: the path of a block, "3.0", or of the first of several layers in a row that come again,
with how many layers they are together, "3+16".
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture, Branches, Layer, layer_lists
from cnnviz.architecture.spec.paths import Path, path_text, walk
from cnnviz.plots.diagram.elements import Box, Element, Folded, Group, Handle, boxes_of, tree

MANY_BOXES = 20
"""More are too many to be looked at one by one: then blocks that come once are folded as well."""

SAVED_BOXES = 4
"""What comes again without being a block is folded where this leaves away as many boxes."""

LONGEST_PERIOD = 24  # layers
SHOWN_KINDS = 2  # of the layers that come again


class Run(NamedTuple):
    """Layers of a list that come again: `period` of them, `times` in a row."""

    start: int
    period: int
    times: int

    @property
    def length(self) -> int:
        """How many layers of the list they are."""
        return self.period * self.times


def folded_tree(architecture: Architecture, folds: frozenset[str]) -> tuple[Element, ...]:
    """Return the boxes and blocks of a net, those in `folds` as one box each; others get a handle to fold them.

    Raises InvalidArchitecture if the net is impossible.
    """
    return _Folder(architecture).chain(tree(architecture), (), folds)


def default_folds(architecture: Architecture) -> frozenset[str]:
    """Return the keys of what is folded until somebody opens it.

    That are blocks that come again; in a net of more than `MANY_BOXES` boxes also layers that do, and if these are not
    enough, each other block. Raises InvalidArchitecture if the net is impossible.
    """
    folder, elements = _Folder(architecture), tree(architecture)
    folds: frozenset[str] = frozenset()
    for more in (_repeated_blocks(elements), folder.repeats(elements, ()), _blocks(elements)):
        folds |= frozenset(more)
        if sum(map(boxes_of, folder.chain(elements, (), folds))) <= MANY_BOXES:
            break
    return folds


def folds_around(architecture: Architecture, path: Path) -> frozenset[str]:
    """Return the keys of all that can be folded and holds the layer at that path."""
    folder = _Folder(architecture)
    lists = [(path[:end], folder.runs[path[:end]]) for end in range(len(path)) if path[:end] in folder.runs]
    runs = {
        _run_key(around, run)
        for around, found in lists
        for run in found
        if run.start <= path[len(around)] < run.start + run.length
    }
    blocks = {path_text(path[:end]) for end in range(1, len(path)) if path[:end] in folder.blocks}
    return frozenset(blocks | runs)


def find_runs(layers: Sequence[Layer]) -> list[Run]:
    """Find what comes again at once in a list of layers, names aside: where a run begins, the one that covers most."""
    keys = [_signature(layer) for layer in layers]
    runs: list[Run] = []
    start = 0
    while start < len(keys):
        found = [_run(keys, start, period) for period in range(1, min(LONGEST_PERIOD, len(keys) // 2) + 1)]
        best = max(found, key=lambda run: (run.length if run.times > 1 else 0, -run.period), default=None)
        if best is None or best.times < 2:
            start += 1
            continue
        runs.append(best)
        start += best.length
    return runs


def _run(keys: Sequence[str], start: int, period: int) -> Run:
    pattern = keys[start : start + period]
    times = 1
    while keys[start + times * period : start + (times + 1) * period] == pattern:
        times += 1
    return Run(start, period, times)


def _signature(layer: Layer) -> str:
    return json.dumps(_nameless(layer.model_dump()), sort_keys=True)


def _nameless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _nameless(part) for key, part in value.items() if key != "name"}
    return [_nameless(part) for part in value] if isinstance(value, list | tuple) else value


def _run_key(around: Path, run: Run) -> str:
    return f"{path_text((*around, run.start))}+{run.length}"


def _chains(group: Group) -> Iterator[tuple[Path, tuple[Element, ...]]]:
    """The lists of a block, each with the path that leads to it."""
    for number, chain in enumerate(group.chains):
        yield (*group.path, number) if group.kind == "branches" else group.path, chain


def _repeated_blocks(elements: Sequence[Element]) -> Iterator[str]:
    for group in (element for element in elements if isinstance(element, Group)):
        if group.kind == "repeat" and boxes_of(group) > 1:
            yield path_text(group.path)
        for chain in group.chains:
            yield from _repeated_blocks(chain)


def _blocks(elements: Sequence[Element]) -> Iterator[str]:
    """The keys of blocks that come once; not of those inside of them, so that one click opens all."""
    return (path_text(element.path) for element in elements if isinstance(element, Group) and boxes_of(element) > 2)


class _Folder:
    """Knows what comes again in each list of a net: `runs` by the path of the block, or branch, that the list is in."""

    def __init__(self, architecture: Architecture) -> None:
        self.runs: dict[Path, list[Run]] = {(): find_runs(architecture.layers)}
        self.blocks: set[Path] = set()
        for path, layer in walk(architecture.layers):
            for number, inside in enumerate(layer_lists(layer)):
                self.blocks.add(path)
                self.runs[(*path, number) if isinstance(layer, Branches) else path] = find_runs(inside)

    def repeats(self, elements: Sequence[Element], around: Path) -> Iterator[str]:
        """Go through the keys of layers that come again and are worth a fold."""
        yield from (_run_key(around, run) for run in self.runs[around] if _saves(elements, run))
        for group in (element for element in elements if isinstance(element, Group)):
            for path, chain in _chains(group):
                yield from self.repeats(chain, path)

    def chain(self, elements: Sequence[Element], around: Path, folds: frozenset[str]) -> tuple[Element, ...]:
        """Fold what is in `folds` among these elements and in their blocks."""
        runs = {run.start: run for run in self.runs[around]}
        found: list[Element] = []
        index = 0
        while index < len(elements):
            run = runs.get(index)
            key = _run_key(around, run) if run else ""
            if run and key in folds:
                found.append(_folded(elements[index : index + run.length], key, run.times))
                index += run.length
                continue
            if run and _saves(elements, run):
                found.append(Handle(_label(elements[index : index + run.period]), key, elements[index].path, run.times))
            found.append(self._inside(elements[index], folds))
            index += 1
        return tuple(found)

    def _inside(self, element: Element, folds: frozenset[str]) -> Element:
        if not isinstance(element, Group):
            return element
        key = path_text(element.path)
        if key in folds:
            return _folded((element,), key, element.times)
        chains = tuple(self.chain(chain, path, folds) for path, chain in _chains(element))
        return replace(element, chains=chains, fold=key)


def _saves(elements: Sequence[Element], run: Run) -> bool:
    """Whether a fold of the run leaves away as many boxes as make it worth while."""
    return sum(map(boxes_of, elements[run.start + run.period : run.start + run.length])) >= SAVED_BOXES


def _folded(elements: Sequence[Element], key: str, times: int) -> Folded:
    period = elements[: len(elements) // times] if len(elements) > 1 else elements
    paths = [element.path for element in elements if not isinstance(element, Handle)]
    label = period[0].label if times == 1 and isinstance(period[0], Group) else _label(period)
    return Folded(label, key, paths[0], paths[-1], times, _main_box(period), _last_box(elements[-1]).shape)


def _label(elements: Sequence[Element]) -> str:
    """What comes again, in words: "Convolution + max pooling"."""
    if len(elements) == 1 and isinstance(elements[0], Group):
        group = elements[0]
        inside = group.chains[0]
        return _label(inside) if group.kind == "repeat" else _sentence(LAYER_KINDS[group.kind].words)
    kinds = [LAYER_KINDS[element.report.kind].words if isinstance(element, Box) else "block" for element in elements]
    return _sentence(" + ".join(kinds)) if len(kinds) <= SHOWN_KINDS else f"{len(kinds)} layers"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _main_box(elements: Sequence[Element]) -> Box:
    """The layer that computes most: it gives a folded box its look."""
    return max(_all_boxes(elements), key=lambda box: box.report.macs)


def _all_boxes(elements: Sequence[Element]) -> Iterator[Box]:
    for element in elements:
        if isinstance(element, Box):
            yield element
        elif isinstance(element, Group):
            for chain in element.chains:
                yield from _all_boxes(chain)
            yield from element.merge


def _last_box(element: Element) -> Box:
    """The layer whose maps leave an element."""
    if isinstance(element, Group):
        return element.merge[-1] if element.merge else _last_box(element.chains[0][-1])
    if isinstance(element, Box):
        return element
    raise TypeError(f"Only boxes and blocks are folded. Received: {element!r}")

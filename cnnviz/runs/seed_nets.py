"""The nets of compared runs with all their seeds, and what each of these has reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cnnviz.access.visitor import Visitor
from cnnviz.evaluation.honest import Comparison, SeedGroup, compare
from cnnviz.evaluation.measures import ACCURACY, METRICS, Metric
from cnnviz.runs.files import dataset_facts
from cnnviz.runs.records import Run
from cnnviz.runs.seed_scores import Reached, have_same_images, seed_group
from cnnviz.runs.seeds import group_by_seed, one_of_each_seed, other_seeds, training_key
from cnnviz.runs.store import RunStore

SetOfSeeds = tuple[Run, Sequence[Run]]
"""The first run of a net that is compared, and one of each of the net's seeds."""
ReachedOf = Callable[[Run, str], Reached | None]
"""Gives what a run reached by a metric, as `seed_scores.reached`."""


@dataclass(frozen=True)
class SeedNet:
    """A net that is compared: one of its runs, all its seeds, and what each reached; `classes` are what it answers."""

    run: Run
    seeds: tuple[int, ...]
    found: tuple[Reached, ...]
    group: SeedGroup
    classes: frozenset[str]

    @property
    def is_known(self) -> bool:
        """Whether any of its runs was measured."""
        return len(self.group.values) > 0


def sets_of_seeds(store: RunStore, runs: Sequence[Run], visitor: Visitor) -> list[SetOfSeeds]:
    """For each net of these runs the first of them, and one run of each seed that a visitor may see."""
    groups = group_by_seed(store, runs)
    return [(given[0], one_of_each_seed([*given, *other_seeds(store, given[0], visitor)])) for given in groups]


def letters_of(store: RunStore, runs: Sequence[Run], sets: Sequence[SetOfSeeds], letters: str) -> list[str]:
    """Call each net by the letters of its runs, which are as `runs`: A, or where several are its seeds A (and C)."""
    keys = dict(zip(letters, (training_key(store, run) for run in runs), strict=False))
    names = []
    for run, _ in sets:
        first, *others = (letter for letter, key in keys.items() if key == training_key(store, run))
        names.append(f"{first} (and {', '.join(others)})" if others else first)
    return names


def offered_metrics(sets: Sequence[SetOfSeeds]) -> list[str]:
    """The metrics that all nets have; correlation and the like only of nets with one output."""
    measured = [[run.metrics for run in seeds if run.metrics] for _, seeds in sets]
    if not any(measured):
        return [ACCURACY]
    return [name for name in METRICS if all(any(name in one for one in found) for found in measured if found)]


def usual_metric(sets: Sequence[SetOfSeeds]) -> str:
    """Give the metric by which nets are compared if nobody chooses another one: of one output, the correlation.

    Nets of which only some have one output are compared by the accuracy, which all have.
    """
    return next(iter(offered_metrics(sets)), ACCURACY)


def seed_nets(
    store: RunStore, sets: Sequence[SetOfSeeds], names: Sequence[str], metric: str, reached_of: ReachedOf
) -> list[SeedNet]:
    """What the runs of each net have reached by a metric; a name for each."""
    found = []
    for name, (run, seeds) in zip(names, sets, strict=True):
        reached = tuple(one for seed in seeds if (one := reached_of(seed, metric)) is not None)
        numbers = tuple(seed.config.seed for seed in seeds)
        classes = frozenset(dataset_facts(store, run).classes)
        found.append(SeedNet(run, numbers, reached, seed_group(name, reached), classes))
    return found


def compare_nets(net: SeedNet, reference: SeedNet, metric: Metric) -> Comparison:
    """Compare two nets of which runs were measured."""
    return compare(
        net.group,
        reference.group,
        same_images=have_same_images(net.found, reference.found),
        lower_is_better=metric.lower_is_better,
        is_share=metric.is_share,
    )


def best_against_others(nets: Sequence[SeedNet], metric: Metric) -> list[Comparison]:
    """Compare the best of the nets that answer with the classes of the first one with each of the others of these.

    Nets without a result are left out, and so is everything where fewer than two remain.
    """
    known = [net for net in nets if net.is_known]
    alike = [net for net in known if net.classes == known[0].classes]
    if len(alike) < 2:
        return []
    best = (min if metric.lower_is_better else max)(alike, key=lambda net: net.group.mean)
    return [compare_nets(best, net, metric) for net in alike if net is not best]

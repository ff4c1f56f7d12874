"""The nets of compared runs with all their seeds, and what each of these has reached."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from cnnviz.evaluation.honest import Comparison, SeedGroup, compare
from cnnviz.evaluation.measures import METRICS, Metric
from cnnviz.runs.records import Run
from cnnviz.runs.seed_scores import Reached, have_same_images, reached, seed_group
from cnnviz.runs.seeds import group_by_seed, one_of_each_seed, other_seeds
from cnnviz.text.markup import as_name
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import STARTER_TITLE, is_starter
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.answers import dataset_facts

CACHE_ENTRIES = 512
SEED_OF_NAME = re.compile(r", seed \d+$")


@dataclass(frozen=True)
class SeedNet:
    """A net that is compared: one of its runs, all its seeds, and what each reached."""

    run: Run
    seeds: tuple[int, ...]
    found: tuple[Reached, ...]
    group: SeedGroup


def sets_of_seeds(runs: Sequence[Run]) -> list[tuple[Run, list[Run]]]:
    """For each net of these runs the first of them, and one run of each seed that this visitor may see."""
    groups = group_by_seed(runs)
    return [(given[0], one_of_each_seed([*given, *_seeds_of(given[0])])) for given in groups]


def offered_metrics(sets: Sequence[tuple[Run, Sequence[Run]]]) -> list[str]:
    """The metrics that all nets have; the squared error only of nets with one output."""
    measured = [[run.metrics for run in seeds if run.metrics] for _, seeds in sets]
    return [name for name in METRICS if all(any(name in one for one in found) for found in measured if found)]


def seed_nets(sets: Sequence[tuple[Run, Sequence[Run]]], metric: str) -> list[SeedNet]:
    """What the runs of each net have reached by a metric."""
    names = net_names([run for run, _ in sets])
    return [_net(name, run, seeds, metric) for name, (run, seeds) in zip(names, sets, strict=True)]


def compare_nets(net: SeedNet, reference: SeedNet, metric: Metric) -> Comparison:
    """Compare two nets of which runs were measured."""
    return compare(
        net.group,
        reference.group,
        same_images=have_same_images(net.found, reference.found),
        lower_is_better=metric.lower_is_better,
        is_share=metric.is_share,
    )


def have_same_classes(net: SeedNet, other: SeedNet) -> bool:
    """Whether two nets answer with the same classes, whatever their order."""
    return set(dataset_facts(net.run).classes) == set(dataset_facts(other.run).classes)


def net_names(runs: Sequence[Run]) -> list[str]:
    """Names of nets that tell them apart: that of the run, with the settings in which those of one name differ."""
    names = [STARTER_TITLE if is_starter(run) else as_name(SEED_OF_NAME.sub("", run.name), 40) for run in runs]
    told = []
    for run, name in zip(runs, names, strict=True):
        alike = [other.config.model_dump() for other, same in zip(runs, names, strict=True) if same == name]
        own = run.config.model_dump(exclude={"seed", "dataset", "images"})
        differing = [field for field, value in own.items() if any(other.get(field) != value for other in alike)]
        words = [f"{field.replace('_', ' ')} {_value(own[field])}" for field in differing[:2]]
        told.append(", ".join([name, *words]))
    return [f"{name} ({run.id[:4]})" if told.count(name) > 1 else name for name, run in zip(told, runs, strict=True)]


def _value(value: object) -> str:
    if isinstance(value, dict):  # a group of settings
        return "on"
    return "off" if value in (None, False) else "on" if value is True else str(value)


def _seeds_of(run: Run) -> list[Run]:
    return other_seeds(services.store(), run, current_visitor())


def _net(name: str, run: Run, seeds: Sequence[Run], metric: str) -> SeedNet:
    found = [one for seed in seeds if (one := _reached(seed, metric)) is not None]
    return SeedNet(run, tuple(seed.config.seed for seed in seeds), tuple(found), seed_group(name, found))


def _reached(run: Run, metric: str) -> Reached | None:
    if run.status.is_active:
        return None
    return _cached_reached((run.id, run.progress.started, run.status.value, metric), run)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _cached_reached(key: tuple[str, float | None, str, str], _run: Run) -> Reached | None:
    return reached(services.store(), _run, key[-1])

"""The nets of compared runs with all their seeds that this visitor may see, and how they are called."""

import re
from collections.abc import Sequence

import streamlit as st

from cnnviz.plots.comparison import LETTERS
from cnnviz.runs import seed_nets as nets
from cnnviz.runs.records import Run
from cnnviz.runs.seed_nets import SeedNet, SetOfSeeds
from cnnviz.runs.seed_scores import Reached, reached
from cnnviz.text.markup import as_name
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import STARTER_TITLE, is_starter
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.answers import run_version

CACHE_ENTRIES = 512
SHORT = 40  # letters of the name of a run, in the names of its further seeds
SEED_OF_NAME = re.compile(r", seed \d+$")


def sets_of_seeds(runs: Sequence[Run]) -> list[SetOfSeeds]:
    """For each net of these runs the first of them, and one run of each seed that this visitor may see."""
    return nets.sets_of_seeds(services.store(), runs, current_visitor())


def seed_nets(runs: Sequence[Run], sets: Sequence[SetOfSeeds], metric: str) -> list[SeedNet]:
    """What the runs of each net have reached by a metric.

    Several are called by their letters, as at the top of the page.
    """
    store = services.store()
    names = nets.letters_of(store, runs, sets, LETTERS) if len(sets) > 1 else net_names([run for run, _ in sets])
    return nets.seed_nets(store, sets, names, metric, _reached)


def net_names(runs: Sequence[Run], most: int = SHORT) -> list[str]:
    """Names of nets that tell them apart: that of the run, with the settings in which those of one name differ.

    Of the name of a run there are at most so many letters.
    """
    names = [STARTER_TITLE if is_starter(run) else as_name(SEED_OF_NAME.sub("", run.name), most) for run in runs]
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


def _reached(run: Run, metric: str) -> Reached | None:
    if run.status.is_active:
        return None
    return _cached_reached((run.id, run_version(run), metric), run)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _cached_reached(key: tuple[str, str, str], _run: Run) -> Reached | None:
    return reached(services.store(), _run, key[-1])

"""Which of the compared nets is honestly better: all their seeds, and what is left of a difference beside chance."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from cnnviz.evaluation.chance import Superiority, holm
from cnnviz.evaluation.honest import Comparison, SeedGroup, compare
from cnnviz.evaluation.honest_words import (
    advantage_text,
    headline,
    notes,
    spread_text,
    standing,
    superiority_sentence,
    tries_text,
    verdict_sentence,
)
from cnnviz.plots.honest import describe_honest, honest_figure
from cnnviz.runs.records import Run
from cnnviz.runs.seed_scores import METRICS, Metric, Reached, have_same_images, reached, seed_group
from cnnviz.runs.seeds import group_by_seed, one_of_each_seed, other_seeds
from cnnviz.text.markup import as_markdown, as_name, as_names
from cnnviz.text.units import PERCENT
from cnnviz.ui.app import services
from cnnviz.ui.compare.more_seeds import offer_seeds, show_progress
from cnnviz.ui.inputs.run_picker import STARTER_TITLE, is_starter
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.answers import dataset_facts
from cnnviz.ui.shared.elements import KEPT, show_figure

STYLE = Path(__file__).parents[3] / "assets" / "style" / "honest.css"
CACHE_ENTRIES = 512
REFERENCE, METRIC = "honest_reference", "honest_metric"
SEED_OF_NAME = re.compile(r", seed \d+$")
NO_SCORE = "{names}: no result to compare yet. It is here as soon as a training has ended."
OTHER_CLASSES = (
    "{names} learned other classes than {reference}, so they cannot be called better or worse than it. Compare nets "
    "for the same classes."
)
ONE_NET = (
    "These runs differ in nothing but their seed. How far their dots are apart is chance: a difference between nets "
    "has to be larger than that."
)
SEVERAL = (
    "{number} comparisons are corrected for being several (Holm): a net is called better where that holds for all."
)
ABOUT = """A net that is trained again from another seed gets another accuracy, and other test images give another one
too. The interval has both in it: the spread over the seeds (Welch's t test; the paired one from five equal seeds on;
one spread for both below three seeds), and the images on which the nets differ (as in studies with several readers and
cases). It holds the true difference in 95 of 100 comparisons, as `cnnviz bench honest` simulates. Runs that were
stopped, steered or edited by hand are no seeds."""


@dataclass(frozen=True)
class _Net:
    """A net that is compared: one of its runs, all its seeds, and what each reached."""

    run: Run
    seeds: tuple[int, ...]
    found: tuple[Reached, ...]
    group: SeedGroup


def show_honest(runs: Sequence[Run]) -> None:
    """Say which of two to six runs' nets is better, by all seeds of each that this visitor may see."""
    if not runs:
        return
    st.html(STYLE)
    st.header("Honestly better?", anchor=False)
    groups = group_by_seed(runs)
    sets = [one_of_each_seed([*given, *_seeds_of(given[0])]) for given in groups]
    chosen = METRICS[metric := _choose_metric(sets)]
    firsts = [given[0] for given in groups]
    nets = [_net(*one, metric) for one in zip(net_names(firsts), firsts, sets, strict=True)]
    known = [net for net in nets if len(net.group.values)]
    if silent := [net.group.name for net in nets if net not in known]:
        st.info(as_markdown(NO_SCORE.format(names=as_names(silent))), icon=":material/hourglass_empty:")
    if known:
        _show_nets(known, chosen)
    offer_seeds([(net.run, net.group.name, net.seeds) for net in nets])
    show_progress()


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


def _choose_metric(sets: Sequence[Sequence[Run]]) -> str:
    """Let the visitor choose among the metrics that all nets have; the squared error only of nets with one output."""
    measured = [[run.metrics for run in seeds if run.metrics] for seeds in sets]
    offered = [name for name in METRICS if all(any(name in one for one in found) for found in measured if found)]
    if len(offered) < 2:
        return next(iter(METRICS))
    return st.segmented_control(
        "By",
        offered,
        default=offered[0],
        required=True,
        format_func=lambda name: METRICS[name].title,
        key=METRIC,
        label_visibility="collapsed",
    )


def _seeds_of(run: Run) -> list[Run]:
    return other_seeds(services.store(), run, current_visitor())


def _net(name: str, run: Run, seeds: Sequence[Run], metric: str) -> _Net:
    found = [one for seed in seeds if (one := _reached(seed, metric)) is not None]
    return _Net(run, tuple(seed.config.seed for seed in seeds), tuple(found), seed_group(name, found))


def _reached(run: Run, metric: str) -> Reached | None:
    if run.status.is_active:
        return None
    return _cached_reached((run.id, run.progress.started, run.status.value, metric), run)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _cached_reached(key: tuple[str, float | None, str, str], _run: Run) -> Reached | None:
    return reached(services.store(), _run, key[-1])


def _show_nets(nets: Sequence[_Net], metric: Metric) -> None:
    reference = _choose_reference(nets, metric)
    others = [net for net in nets if net is not reference]
    classes = set(dataset_facts(reference.run).classes)
    alike = [net for net in others if set(dataset_facts(net.run).classes) == classes]
    comparisons = [_compare(net, reference, metric) for net in alike]
    said, drawn = st.columns([4, 5], gap="large")
    with said:
        if not others:
            st.markdown(ONE_NET)
            st.markdown(f"**{as_markdown(spread_text(reference.group, is_share=metric.is_share))}**")
        _show_verdicts(comparisons, metric)
        if strangers := [net.group.name for net in others if net not in alike]:
            text = OTHER_CLASSES.format(names=as_names(strangers), reference=reference.group.name)
            st.warning(as_markdown(text), icon=":material/category:")
    groups = [net.group for net in nets if net is reference or net in alike]
    figure = honest_figure(groups, comparisons, metric=metric.title.lower(), is_share=metric.is_share)
    with drawn:
        show_figure(figure, describe_honest(groups, comparisons, is_share=metric.is_share), key="honest")
        with st.popover("How this is reckoned", icon=":material/functions:", type="tertiary"):
            st.markdown(ABOUT)


def _choose_reference(nets: Sequence[_Net], metric: Metric) -> _Net:
    """The net that the others are compared with: of two the second, of more the best, until another one is chosen."""
    if len(nets) < 3:
        return nets[-1]
    best = (min if metric.lower_is_better else max)(nets, key=lambda net: net.group.mean)
    names = [net.group.name for net in nets]
    if st.session_state.get(REFERENCE) not in names:
        st.session_state[REFERENCE] = best.group.name
    chosen = st.selectbox("Compared with", names, key=REFERENCE, width=320, **KEPT)
    return nets[names.index(chosen)]


def _compare(net: _Net, reference: _Net, metric: Metric) -> Comparison:
    return compare(
        net.group,
        reference.group,
        same_images=have_same_images(net.found, reference.found),
        lower_is_better=metric.lower_is_better,
        is_share=metric.is_share,
    )


def _show_verdicts(comparisons: Sequence[Comparison], metric: Metric) -> None:
    corrected = holm([found.p_value for found in comparisons])
    if len(comparisons) > 1:
        _show_table(comparisons, corrected, metric)
    else:
        for found in comparisons:
            st.markdown(f"**{as_markdown(headline(found))}**")
            st.markdown(as_markdown(verdict_sentence(found, is_share=metric.is_share)))
            if found.superiority is not None:
                _show_tries(found.superiority)
                st.markdown(as_markdown(superiority_sentence(found)))
    for note in dict.fromkeys(note for found in comparisons for note in notes(found)):
        st.caption(as_markdown(note))
    if len(comparisons) > 1:
        st.caption(SEVERAL.format(number=len(comparisons)))


def _show_table(comparisons: Sequence[Comparison], corrected: Sequence[float], metric: Metric) -> None:
    """A row for each net that is compared with the chosen one."""
    rows = [
        f"| {as_markdown(found.first.name)} | **{standing(found, p_value=p_value)}** "
        f"| {advantage_text(found, is_share=metric.is_share)} | {tries_text(found)} |"
        for found, p_value in zip(comparisons, corrected, strict=True)
    ]
    st.markdown(f"Against **{as_markdown(comparisons[0].second.name)}**:")
    st.markdown("\n".join([f"| Net | is | by (95{PERCENT} interval) | better in |", "|---|---|---|---|", *rows]))


def _show_tries(found: Superiority) -> None:
    """Ten dots, as many of them filled as the net that is ahead wins of ten tries."""
    won = round(10 * max(found.share, 1 - found.share))
    dots = "".join('<i class="won"></i>' if place < won else "<i></i>" for place in range(10))
    st.html(f'<div class="ten-tries" role="img" aria-label="Better in {won} of 10">{dots}</div>')

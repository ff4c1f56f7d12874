"""Which of the compared nets is honestly better: all their seeds, and what is left of a difference beside chance."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from cnnviz.evaluation.chance import Superiority, holm
from cnnviz.evaluation.honest import Comparison
from cnnviz.evaluation.honest_words import (
    advantage_text,
    headline,
    no_interval_text,
    notes,
    short_sentence,
    spread_text,
    standing,
    superiority_sentence,
    tries_text,
    verdict_sentence,
)
from cnnviz.evaluation.measures import ACCURACY, METRICS, Metric
from cnnviz.evaluation.several_words import several_headline, several_sentence
from cnnviz.plots.comparison import RUN_COLOURS
from cnnviz.plots.honest import describe_honest, honest_figure
from cnnviz.runs.open_seeds import open_seeds
from cnnviz.runs.permitted import MAX_NAME
from cnnviz.runs.records import Run
from cnnviz.runs.seed_nets import (
    SeedNet,
    SetOfSeeds,
    best_against_others,
    compare_nets,
    offered_metrics,
    usual_metric,
)
from cnnviz.text.markup import as_markdown, as_names
from cnnviz.text.units import PERCENT
from cnnviz.ui.app import services
from cnnviz.ui.compare.more_seeds import offer_seeds, seeds_at_work, show_progress
from cnnviz.ui.compare.seed_nets import net_names, seed_nets, sets_of_seeds
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import KEPT, show_figure, tell_words

STYLE = Path(__file__).parents[3] / "assets" / "style" / "honest.css"
REFERENCE, METRIC = "honest_reference", "honest_metric"
NO_SCORE = "{names}: no result to compare yet. It is here as soon as a training has ended."
OTHER_CLASSES = (
    "{names} learned other classes than {reference}, so they cannot be called better or worse than it. Compare nets "
    "for the same classes."
)
ONE_NET = (
    "These runs differ in nothing but their seed. How far their dots are apart is chance: a difference between nets "
    "has to be larger than that."
)
SO_FAR = ", so far"
ONE_SEED = "This is one training. Another seed gives another accuracy: train a few to see how far chance moves it."
SEVERAL = (
    "{number} comparisons are corrected for being several (Holm): a net is called better where that holds for all."
)
ABOUT = """A net that is trained again from another seed gets another accuracy, and other test images give another one
too. The interval has both in it: the spread over the seeds (Welch's t test; the paired one where both nets have the
very same seeds, five or more; one spread for both below three seeds), and the images on which the nets differ (as in
studies with several readers and cases). It holds the true difference in 95 of 100 comparisons, as `cnnviz bench honest`
simulates, if the number of seeds was decided on beforehand. Of one training each, the images alone are in it. Runs that
were stopped, steered, taken back or edited by hand are no seeds, and such a run stands alone."""


def show_honest(runs: Sequence[Run]) -> None:
    """Say which of two to six runs' nets is better, by all seeds of each that this visitor may see."""
    if not runs:
        return
    st.html(STYLE)
    st.header("Honestly better?", anchor=False)
    started = seeds_at_work()
    sets = sets_of_seeds(runs)
    chosen = METRICS[metric := _choose_metric(sets)]
    nets = seed_nets(runs, sets, metric)
    known = [net for net in nets if net.is_known]
    if silent := [net.group.name for net in nets if net not in known]:
        st.info(as_markdown(NO_SCORE.format(names=as_names(silent))), icon=":material/hourglass_empty:")
    names = net_names([net.run for net in nets])
    labels = {
        net.group.name: name if len(nets) == 1 else f"{net.group.name} · {name}"
        for net, name in zip(nets, net_names([net.run for net in nets], MAX_NAME), strict=True)
    }
    if known:
        by_run = {run.id: colour for run, colour in zip(runs, RUN_COLOURS, strict=False)}
        colours = {net.group.name: by_run[net.run.id] for net in known}
        so_far = _so_far(runs) if started is None else SO_FAR
        _show_nets(known, chosen, labels, colours, is_one_net=len(sets) == 1, so_far=so_far)
    if started is None:
        offer_seeds([(net.run, name, net.seeds) for net, name in zip(nets, names, strict=True)])
    else:
        show_progress(started)


def show_honest_line(runs: Sequence[Run]) -> None:
    """Say in a line which of two nets is better, or than which others the best of several is, by all their seeds."""
    sets = sets_of_seeds(runs)
    name = usual_metric(sets)
    metric, nets = METRICS[name], seed_nets(runs, sets, name) if len(sets) > 1 else []
    if len(nets) == 2:
        first, second = nets
        if not (first.is_known and second.is_known and first.classes == second.classes):
            return
        found = compare_nets(first, second, metric)
        said = headline(found), short_sentence(found, is_share=metric.is_share)
    elif comparisons := best_against_others(nets, metric):
        said = several_headline(comparisons), several_sentence(comparisons, is_share=metric.is_share)
    else:
        return
    by = "" if name == ACCURACY else f" by {metric.words}"
    st.markdown(f"**{as_markdown(said[0])}{by}{_so_far(runs)}**: {as_markdown(said[1])}")


def _so_far(runs: Sequence[Run]) -> str:
    """What is added to a verdict as long as further seeds of these nets are to come."""
    return SO_FAR if open_seeds(services.store(), runs, current_visitor()) else ""


def _choose_metric(sets: Sequence[SetOfSeeds]) -> str:
    """Let the visitor choose among the metrics that all nets have."""
    offered, usual = offered_metrics(sets), usual_metric(sets)
    if len(offered) < 2:
        return usual
    return st.segmented_control(
        "By",
        offered,
        default=usual,
        required=True,
        format_func=lambda name: METRICS[name].title,
        key=METRIC,
        label_visibility="collapsed",
    )


def _show_nets(
    nets: Sequence[SeedNet],
    metric: Metric,
    labels: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    is_one_net: bool,
    so_far: str,
) -> None:
    reference = _choose_reference(nets, metric, labels)
    others = [net for net in nets if net is not reference]
    alike = [net for net in others if net.classes == reference.classes]
    comparisons = [compare_nets(net, reference, metric) for net in alike]
    said, drawn = st.columns([4, 5], gap="large")
    with said:
        if is_one_net:
            st.markdown(ONE_NET if len(reference.group.values) > 1 else ONE_SEED)
        if not others:
            st.markdown(f"**{as_markdown(spread_text(reference.group, is_share=metric.is_share))}{so_far}**")
        _show_verdicts(comparisons, metric, so_far)
        if strangers := [net.group.name for net in others if net not in alike]:
            text = OTHER_CLASSES.format(names=as_names(strangers), reference=reference.group.name)
            st.warning(as_markdown(text), icon=":material/category:")
    groups = [net.group for net in nets if net is reference or net in alike]
    figure = honest_figure(
        groups, comparisons, metric=metric.words, is_share=metric.is_share, labels=labels, colours=colours
    )
    with drawn:
        show_figure(figure, describe_honest(groups, comparisons, is_share=metric.is_share), key="honest")
        if text := no_interval_text(groups):
            st.caption(as_markdown(text))
        with st.popover("How this is reckoned", icon=":material/functions:", type="tertiary"):
            st.markdown(ABOUT)


def _choose_reference(nets: Sequence[SeedNet], metric: Metric, labels: Mapping[str, str]) -> SeedNet:
    """The net that the others are compared with: of two the second, of more the best, until another one is chosen."""
    if len(nets) < 3:
        return nets[-1]
    best = (min if metric.lower_is_better else max)(nets, key=lambda net: net.group.mean)
    by_run = {net.run.id: net for net in nets}
    if st.session_state.get(REFERENCE) not in by_run:
        st.session_state[REFERENCE] = best.run.id
    names = {run_id: labels[net.group.name] for run_id, net in by_run.items()}
    tell_words(REFERENCE, names.values())
    chosen = st.selectbox(
        "Compared with", list(by_run), format_func=names.__getitem__, key=REFERENCE, width=320, **KEPT
    )
    return by_run[chosen]


def _show_verdicts(comparisons: Sequence[Comparison], metric: Metric, so_far: str) -> None:
    corrected = holm([found.p_value for found in comparisons])
    if len(comparisons) > 1:
        _show_table(comparisons, corrected, metric, so_far)
    else:
        for found in comparisons:
            st.markdown(f"**{as_markdown(headline(found))}{so_far}**")
            st.markdown(as_markdown(verdict_sentence(found, is_share=metric.is_share)))
            if found.superiority is not None:
                _show_tries(found.superiority)
                st.markdown(as_markdown(superiority_sentence(found)))
    for note in dict.fromkeys(note for found in comparisons for note in notes(found)):
        st.caption(as_markdown(note))
    if len(comparisons) > 1:
        st.caption(SEVERAL.format(number=len(comparisons)))


def _show_table(comparisons: Sequence[Comparison], corrected: Sequence[float], metric: Metric, so_far: str) -> None:
    """A row for each net that is compared with the chosen one."""
    rows = [
        f"| {as_markdown(found.first.name)} | **{standing(found, p_value=p_value)}** "
        f"| {advantage_text(found, is_share=metric.is_share)} | {tries_text(found)} |"
        for found, p_value in zip(comparisons, corrected, strict=True)
    ]
    st.markdown(f"Against **{as_markdown(comparisons[0].second.name)}**{so_far}:")
    st.markdown(
        "\n".join([f"| Net | is | on average by (95{PERCENT} interval) | better in |", "|---|---|---|---|", *rows])
    )


def _show_tries(found: Superiority) -> None:
    """Ten dots, as many of them filled as the net that is ahead wins of ten tries."""
    won = round(10 * max(found.share, 1 - found.share))
    dots = "".join('<i class="won"></i>' if place < won else "<i></i>" for place in range(10))
    st.html(f'<div class="ten-tries" role="img" aria-label="Better in {won} of 10">{dots}</div>')

"""Which of the nets of a comparison is honestly better: the part of its report that has all their seeds in it."""

from collections.abc import Sequence

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.evaluation.honest import Comparison
from cnnviz.evaluation.honest_words import (
    advantage_text,
    headline,
    notes,
    spread_text,
    superiority_sentence,
    tries_text,
    verdict_sentence,
)
from cnnviz.evaluation.measures import METRICS
from cnnviz.evaluation.several_words import several_headline, several_sentence
from cnnviz.plots.comparison import LETTERS
from cnnviz.reports.html.elements import escaped, paragraph, table
from cnnviz.runs.records import Run
from cnnviz.runs.seed_nets import SeedNet, best_against_others, compare_nets, letters_of, seed_nets, sets_of_seeds
from cnnviz.runs.seed_scores import reached
from cnnviz.runs.store import RunStore
from cnnviz.text.units import NOTHING, PERCENT

METRIC = "accuracy"
ONLY_SEEDS = "These runs are one net trained from several seeds: what differs in their results is chance."
ABOUT = "A net counts with all its trainings that differ in nothing but the seed, also those that are not shown here."


def seeds_section(store: RunStore, runs: Sequence[Run], visitor: Visitor = OPERATOR) -> tuple[str, ...]:
    """Write seeds, spread, interval and verdict of the nets of a comparison; nothing where none has a result.

    Parameters
    ----------
    store : RunStore
    runs : sequence of Run
        Two to six, in the order of their letters.
    visitor : Visitor
        Of the other seeds of a net those count that this visitor may see.
    """
    sets = sets_of_seeds(store, runs, visitor)
    nets = seed_nets(
        store, sets, letters_of(store, runs, sets, LETTERS), METRIC, lambda run, metric: reached(store, run, metric)
    )
    if not any(net.is_known for net in nets):
        return ()
    found = best_against_others(nets, METRICS[METRIC])
    if len(nets) == 2 and found:  # as they stand, not the better one first
        found = [compare_nets(nets[0], nets[1], METRICS[METRIC])]
    return (*_verdict(found, is_one_net=len(nets) == 1), _table(nets, found))


def _verdict(found: Sequence[Comparison], *, is_one_net: bool) -> list[str]:
    if is_one_net:
        return [paragraph(ONLY_SEEDS)]
    if not found:
        return []
    if len(found) > 1:
        said = [several_headline(found), several_sentence(found)]
    else:
        said = [headline(found[0]), verdict_sentence(found[0]), superiority_sentence(found[0])]
    remarks = dict.fromkeys(note for one in found for note in notes(one))
    words = " ".join(filter(None, said[1:]))
    return [f"<p><b>{escaped(said[0])}.</b> {escaped(words)}</p>", *(paragraph(note, "hint") for note in remarks)]


def _table(nets: Sequence[SeedNet], found: Sequence[Comparison]) -> str:
    """A row for each net: its seeds, its mean and spread, and how the one that is compared stands to it."""
    against = {one.second.name: one for one in found}
    best = found[0].first.name if found else ""
    rows = [
        (
            net.group.name,
            ", ".join(map(str, net.seeds)),
            spread_text(net.group) if net.is_known else NOTHING,
            *([advantage_text(one), tries_text(one)] if (one := against.get(net.group.name)) else [NOTHING, NOTHING]),
        )
        for net in nets
    ]
    heads = ("Net", "Seeds", "Test accuracy")
    gaps = (f"{best} is ahead on average by (95{PERCENT} interval)", f"{best} is better in") if found else ()
    return table((*heads, *gaps), [row[: len(heads) + len(gaps)] for row in rows], caption=ABOUT, key="runs")

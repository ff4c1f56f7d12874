"""What comparisons of the best of several nets with each of the others say, corrected for being several."""

from collections.abc import Sequence

from cnnviz.evaluation.chance import holm
from cnnviz.evaluation.honest import Comparison, Verdict
from cnnviz.evaluation.honest_words import ANOTHER_SEED, advantage_text
from cnnviz.text.units import PERCENT

CORRECTED = "corrected for {number} comparisons (Holm)"


def several_headline(found: Sequence[Comparison]) -> str:
    """Say in a few words than which of the others the best net is better.

    Parameters
    ----------
    found : sequence of Comparison
        Of the same first net with each of the others, at least one.
    """
    best = found[0].first.name
    by_verdict = _by_verdict(found)
    better, untold = by_verdict[Verdict.FIRST], by_verdict[Verdict.UNTOLD]
    few = by_verdict[Verdict.SINGLE] + by_verdict[Verdict.FEW]
    if not better:
        return (
            "Too few seeds to tell which net is best" if few else f"{best} cannot be told apart from {_listed(untold)}"
        )
    said = f"{best} is better than {_listed(better)}"
    if untold:
        said += f", but cannot be told apart from {_listed(untold)}"
    return f"{said}; of {_listed(few)} there are too few seeds" if few else said


def several_sentence(found: Sequence[Comparison], *, is_share: bool = True) -> str:
    """Say how far the best net is ahead of each other one, each with its interval; arguments as `several_headline`."""
    gaps = ", ".join(
        f"{advantage_text(one, is_share=is_share).removeprefix('+')} of {one.second.name}"
        for one in sorted(found, key=lambda one: one.advantage)
    )
    corrected = CORRECTED.format(number=len(found)) if len(found) > 1 else ""
    said = f"{found[0].first.name} is ahead by {gaps}; in brackets the 95{PERCENT} intervals"
    if all(one.verdict() is Verdict.SINGLE for one in found):
        return f"{said}. {ANOTHER_SEED}"
    return f"{said}{', the verdict ' + corrected if corrected else ''}."


def _by_verdict(found: Sequence[Comparison]) -> dict[Verdict, list[str]]:
    """Names of the other nets by what can be said of them, in their order."""
    names: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for one, p_value in zip(found, holm([one.p_value for one in found]), strict=True):
        names[one.verdict(p_value)].append(one.second.name)
    return names


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

"""What comparisons of the best of several nets with each of the others say, corrected for being several."""

from collections.abc import Sequence

from cnnviz.evaluation.chance import holm
from cnnviz.evaluation.honest import Comparison, Verdict
from cnnviz.evaluation.honest_numbers import average_text, bounds_text, is_tie, number_text, size_text
from cnnviz.evaluation.honest_words import ANOTHER_SEED, FEW, SINGLE
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
        if not few:
            return f"{best} cannot be told apart from {_listed(untold)}"
        return SINGLE if len(by_verdict[Verdict.SINGLE]) == len(found) else FEW
    said = f"{best} is better than {_listed(better)}"
    if untold:
        said += f", but cannot be told apart from {_listed(untold)}"
    return f"{said}; of {_listed(few)} there are too few seeds" if few else said


def several_sentence(found: Sequence[Comparison], *, is_share: bool = True) -> str:
    """Say how far the best net is ahead: of each that it is better than, and in a clause of all others.

    Arguments as `several_headline`.
    """
    better = _by_verdict(found)[Verdict.FIRST]
    nearest = sorted(found, key=lambda one: one.advantage)
    told = [one for one in nearest if one.second.name in better]
    same = [one for one in nearest if one not in told and is_tie(one, is_share=is_share)]
    rest = [one for one in nearest if one not in told and one not in same]
    gaps = [f"of {one.second.name} by {_gap(one, is_share=is_share)}" for one in told]
    if rest:
        gaps.append(f"of {_listed([one.second.name for one in rest])} by {_range(rest, is_share=is_share)}")
    best = found[0].first.name
    level = f"{_listed([best, *(one.second.name for one in same)])} reach the same" if same else ""
    ahead = f"{best} is ahead {', '.join(gaps)}" if gaps else ""
    average = "On average " if any(map(average_text, found)) else ""
    said = f"{average}{'; '.join(filter(None, (level, ahead)))}"
    if all(one.verdict() is Verdict.SINGLE for one in found):
        return f"{said}. {ANOTHER_SEED}"
    brackets = f"; in brackets the 95{PERCENT} intervals" if told else ""
    corrected = (
        f"{';' if not told else ','} the verdict {CORRECTED.format(number=len(found))}" if len(found) > 1 else ""
    )
    return f"{said}{brackets}{corrected}."


def _gap(found: Comparison, *, is_share: bool) -> str:
    return f"{size_text(found.advantage, found, is_share=is_share)}{bounds_text(found, is_share=is_share)}"


def _range(nearest: Sequence[Comparison], *, is_share: bool) -> str:
    """The least and the largest advantage of these, which are sorted by it."""
    first, last = nearest[0], nearest[-1]
    low = number_text(first.advantage, first, is_share=is_share)
    high = size_text(last.advantage, last, is_share=is_share)
    return high if low == number_text(last.advantage, last, is_share=is_share) else f"{low} to {high}"


def _by_verdict(found: Sequence[Comparison]) -> dict[Verdict, list[str]]:
    """Names of the other nets by what can be said of them, in their order."""
    names: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for one, p_value in zip(found, holm([one.p_value for one in found]), strict=True):
        names[one.verdict(p_value)].append(one.second.name)
    return names


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

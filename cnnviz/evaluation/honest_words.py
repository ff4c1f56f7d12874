"""What a comparison of two nets says, in sentences that claim no more than it shows."""

from collections.abc import Sequence

from cnnviz.evaluation.chance import LEAST_SEEDS, MOST_SEEDS, NO_SPREAD
from cnnviz.evaluation.honest import Comparison, SeedGroup, Verdict
from cnnviz.evaluation.honest_numbers import average_text, bounds_text, is_tie, size_text, written
from cnnviz.text.units import NOTHING, PERCENT, count_text, with_minus

SINGLE = "One training of each cannot tell which net is better"
FEW = "Too few seeds to tell which net is better"
ANOTHER_SEED = "That is of one training each: another seed may turn it round."
BEFOREHAND = "Decide on a number beforehand: whoever adds seeds until one net is better finds that too often by chance."


def headline(found: Comparison, *, p_value: float | None = None) -> str:
    """Say in a few words which net is better, if that can be told."""
    return {
        Verdict.FIRST: f"{found.first.name} is better",
        Verdict.SECOND: f"{found.second.name} is better",
        Verdict.UNTOLD: "No difference can be told",
        Verdict.SINGLE: SINGLE,
        Verdict.FEW: FEW,
    }[found.verdict(p_value)]


def verdict_sentence(found: Comparison, *, is_share: bool = True, p_value: float | None = None) -> str:
    """Say how much better a net is, or why that cannot be told and what would tell it.

    Parameters
    ----------
    found : Comparison
    is_share : bool
        Whether the metric is a share of test images, and so its difference is told in percentage points.
    p_value : float, optional
        What a correction for several comparisons leaves.
    """
    verdict = found.verdict(p_value)
    if verdict is Verdict.SINGLE:
        return _single(found, is_share=is_share)
    if verdict is Verdict.FEW:
        return _few(found, is_share=is_share)
    if verdict is Verdict.UNTOLD:
        return _untold(found, is_share=is_share, is_corrected=found.p_value < 0.05)
    ahead, behind = (found.first, found.second) if verdict is Verdict.FIRST else (found.second, found.first)
    size, low, high = written(found, is_share=is_share, turned=verdict is Verdict.SECOND)
    return (
        f"{ahead.name} is better than {behind.name} by {size} on average "
        f"(95{PERCENT} interval: {low} to {high}), {_seeds(found)}."
    )


def superiority_sentence(found: Comparison) -> str:
    """Say how often a newly trained net beats the other one; "" where too few are known."""
    if found.superiority is None:
        return ""
    share, low, high, wins, ties, pairs = found.superiority
    if share >= 0.5:
        ahead, behind = found.first, found.second
    else:
        ahead, behind, share, low, high = found.second, found.first, 1 - share, 1 - high, 1 - low
        wins = pairs - wins - ties
    alike = f", and {ties:,} are alike" if ties else ""
    return (
        f"A newly trained {ahead.name} beats a newly trained {behind.name} in about {10 * share:.0f} of 10 tries "
        f"(95{PERCENT} interval: {10 * low:.0f} to {10 * high:.0f}): it did in {wins:,} of "
        f"{count_text(pairs, 'pair')} of runs{alike}."
    )


def advantage_text(found: Comparison, *, is_share: bool = True) -> str:
    """Write the advantage of the first net with its interval, for a table: +1.8 percentage points (0.4 to 3.2)."""
    bounds = bounds_text(found, is_share=is_share)
    if is_tie(found, is_share=is_share):
        return f"the same{bounds}"
    sign = "+" if found.advantage > 0 else ""
    return with_minus(f"{sign}{size_text(found.advantage, found, is_share=is_share)}{bounds}")


def standing(found: Comparison, *, p_value: float | None = None) -> str:
    """Say in a word how the first net stands to the second, for a table."""
    return {
        Verdict.FIRST: "better",
        Verdict.SECOND: "worse",
        Verdict.UNTOLD: "no difference can be told",
        Verdict.SINGLE: "one training of each: not to be told",
        Verdict.FEW: "too few seeds to be told",
    }[found.verdict(p_value)]


def tries_text(found: Comparison) -> str:
    """Write in how many of ten tries a newly trained first net beats the second, with the interval of that.

    For a table: 8 of 10 (4 to 10); "–" where nothing is known of it.
    """
    if found.superiority is None:
        return NOTHING
    share, low, high = (10 * one for one in found.superiority[:3])
    return f"{share:.0f} of 10 ({low:.0f} to {high:.0f})"


def short_sentence(found: Comparison, *, is_share: bool = True) -> str:
    """Say in a line how far one net is ahead of the other, whether that is more than chance or not."""
    turned = found.advantage < 0
    ahead, behind = (found.second, found.first) if turned else (found.first, found.second)
    bounds = bounds_text(found, is_share=is_share, turned=turned)
    if is_tie(found, is_share=is_share):
        return f"{ahead.name} and {behind.name} reach the same{average_text(found)}{bounds}, {_seeds(found)}."
    tries = ""
    if found.superiority is not None:
        share, low, high = (10 * one for one in found.superiority[:3])
        if turned:
            share, low, high = 10 - share, 10 - high, 10 - low
        tries = f", better in {share:.0f} of 10 tries ({low:.0f} to {high:.0f})"
    size = size_text(abs(found.advantage), found, is_share=is_share)
    return f"{ahead.name} is ahead of {behind.name} by {size}{average_text(found)}{bounds}{tries}, {_seeds(found)}."


def notes(found: Comparison) -> list[str]:
    """What else one has to know of a comparison: runs that diverged, other images, a spread that is hardly known."""
    said = [note for group in (found.first, found.second) if (note := _diverged(group))]
    if found.way == "pooled":
        few = min((found.first, found.second), key=lambda group: len(group.values))
        number = "a single seed" if len(few.values) == 1 else f"only {len(few.values)} seeds"
        said.append(f"{few.name} has {number}, so one spread is taken for both nets.")
    is_without_images = found.first.scores is None or found.second.scores is None
    if is_without_images and found.way not in NO_SPREAD:
        said.append(
            "Not all of them were tested on the same images, or have kept their answers: how far other images would "
            "move this is not in the interval."
        )
    elif not found.same_images and found.way != "few":
        said.append("They were tested on different images, which makes the interval wider.")
    return said


def no_interval_text(groups: Sequence[SeedGroup]) -> str:
    """Say of which nets no interval of the mean is drawn, and why; "" where there are none."""
    names = [group.name for group in groups if 1 < len(group.values) < LEAST_SEEDS]
    if not names:
        return ""
    return (
        f"{', '.join(names)}: from two seeds the interval of the mean is too wide to say anything, so none is drawn. "
        f"Train {LEAST_SEEDS} or more."
    )


def spread_text(group: SeedGroup, *, is_share: bool = True) -> str:
    """Write mean and spread of a net: 97.2 % ± 0.4 over 5 seeds."""
    mean, spread = (f"{100 * group.mean:.2f}", f"{100 * group.spread:.2f}") if is_share else _plain(group)
    unit = PERCENT if is_share else ""
    around = f" ± {spread}" if len(group.values) > 1 else ""
    return f"{mean}{around}{unit} over {count_text(len(group.values), 'seed')}"


def _plain(group: SeedGroup) -> tuple[str, str]:
    return f"{group.mean:.4f}", f"{group.spread:.4f}"


def _single(found: Comparison, *, is_share: bool) -> str:
    size, low, high = written(found, is_share=is_share, turned=found.advantage < 0)
    ahead = found.first if found.advantage >= 0 else found.second
    apart = "Both reach the same" if is_tie(found, is_share=is_share) else f"{ahead.name} is ahead by {size}"
    if found.limit == float("inf"):
        return f"{apart}; how far chance moves that is not known. {ANOTHER_SEED}"
    counted = ""
    if found.discordant is not None:
        only_first, only_second = found.discordant
        images = count_text(found.first.num_images, "test image")
        counted = (
            f"Of the same {images}, {only_first:,} are right only with {found.first.name} and {only_second:,} only "
            f"with {found.second.name}. "
        )
    by_images = f"(95{PERCENT} interval by the chance of the images alone: {low} to {high})"
    return f"{counted}{apart} {by_images}. {ANOTHER_SEED} {_train(LEAST_SEEDS)}"


def _few(found: Comparison, *, is_share: bool) -> str:
    size = size_text(abs(found.advantage), found, is_share=is_share)
    ahead = found.first if found.advantage >= 0 else found.second
    apart = "Both reach the same" if is_tie(found, is_share=is_share) else f"{ahead.name} is ahead by {size}"
    unknown = "too few to know how far another seed moves that"
    return f"{apart} on average, {_seeds(found)}: {unknown}. {_train(LEAST_SEEDS)}"


def _train(number: int) -> str:
    return f"Train {number} or more seeds of both to tell. {BEFOREHAND}"


def _untold(found: Comparison, *, is_share: bool, is_corrected: bool) -> str:
    size, low, high = written(found, is_share=is_share, turned=found.advantage < 0)
    ahead = found.first if found.advantage >= 0 else found.second
    at_most = size_text(max(abs(found.interval.low), abs(found.interval.high)), found, is_share=is_share)
    if is_tie(found, is_share=is_share):
        return f"Both reach the same on average. If one of them is better, then by at most {at_most}, {_seeds(found)}."
    said = f"{ahead.name} is ahead by {size} on average, {_seeds(found)}, but the 95{PERCENT} interval"
    if is_corrected:
        return f"{said}, {low} to {high}, is of one comparison: among so many, one looks so by chance too often."
    return f"{said} reaches from {low} to {high}. {_what_would_tell(found)}"


def _what_would_tell(found: Comparison) -> str:
    numbers = [len(group.values) for group in (found.first, found.second)]
    if found.seeds_needed is not None:
        number = max(found.seeds_needed, min(numbers) + 1)
        return f"If it is really that large, about {number} seeds of each would show it in 8 of 10 tries. {BEFOREHAND}"
    if found.limit >= abs(found.advantage):
        images = count_text(found.first.num_images, "test image")
        return f"On {images} no number of seeds shows so small a difference: more test images would."
    return f"To show so small a difference, more than {MOST_SEEDS} seeds of each are needed."


def _seeds(found: Comparison) -> str:
    first, second = len(found.first.values), len(found.second.values)
    if first == second == 1:
        return "from one training of each"
    numbers = " and ".join(count_text(number, "seed") for number in (first, second))
    return f"from {first} seeds of each" if first == second else f"from {numbers}"


def _diverged(group: SeedGroup) -> str:
    if not group.num_diverged:
        return ""
    return (
        f"{group.num_diverged} of {count_text(len(group.runs), 'run')} of {group.name} went beyond all bounds: no mean "
        "has it in it, and against the other net it counts as lost."
        if group.num_diverged == 1
        else f"{group.num_diverged} of {len(group.runs)} runs of {group.name} went beyond all bounds: no mean has them "
        "in it, and against the other net they count as lost."
    )

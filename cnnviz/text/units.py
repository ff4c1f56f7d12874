"""Numbers as people read them; the only place where a number becomes text by a rule of its own.

Thousands are separated as Python does it, `f"{count:,}"`. The size of a picture or of maps is 26 × 26 (26×26 as a label
in the drawing of a net); only a kernel is called by its size in one word, a 3×3 kernel. Less is written with a minus,
−5, not with a hyphen. Per cent has a narrow space before it that no line breaks at: 94 %. KiB, MiB and GiB are powers
of 1024, MB and GB of 1000. What is written in the browser follows assets/components/shared/numbers.js.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import floor, log10

NOTHING = "–"
"""Stands for a number that is not known."""

MINUS = "\N{MINUS SIGN}"
PERCENT = "\N{NARROW NO-BREAK SPACE}%"

_PLAIN = (1e-9, 1e6)
_BINARY = ("B", "KiB", "MiB", "GiB")
_TIMES = (("s", 1, 120), ("min", 60, 7200), ("h", 3600, float("inf")))  # name, seconds, below how many it is used


def shape_text(shape: Sequence[int], *, is_label: bool = False) -> str:
    """Write a shape as 26 × 26 × 32, a vector as 1,600; as a label in a drawing, where room is scarce, as 26×26×32."""
    return ("×" if is_label else " × ").join(f"{side:,}" for side in shape)


def count_text(number: int, noun: str) -> str:
    """Write how many there are of something: 1 image, 2,610 images; the plural ends in s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def all_text(number: int, noun: str) -> str:
    """Write that it is all of them: all 20 epochs, the one epoch."""
    return f"all {count_text(number, noun)}" if number != 1 else f"the one {noun}"


def classes_text(number: int) -> str:
    """Write how many classes there are: 1 class, 10 classes."""
    return f"{number:,} class" if number == 1 else f"{number:,} classes"


def difference_text(change: int) -> str:
    """Write how much more or less, with its sign: +1,234, −1,234; "" for no difference."""
    return with_minus(f"{change:+,}") if change else ""


def with_minus(text: str) -> str:
    """Write each hyphen of a number as the minus that it stands for: −0.5."""
    return text.replace("-", MINUS)


def bytes_text(count: float, *, above: float | None = None) -> str:
    """Write bytes as people need them, in B, KiB, MiB or GiB (powers of 1024): 50 KiB, below ten 2.4 MiB.

    What is `above` a limit gets as many decimals, at most two, as tell it from the limit, 64.02 MiB; else it is
    written exactly.
    """
    size, unit, one = float(abs(count)), _BINARY[0], 1
    for unit in _BINARY:
        # what is rounded to 1,024 is one of the next unit
        if round(size) < 1024 or unit == _BINARY[-1]:
            break
        size, one = size / 1024, one * 1024
    digits = 0 if unit == "B" or size >= 9.95 else 1
    if above is not None:
        digits = next((more for more in range(digits, 3) if round(size, more) * one > above), -1)
    if digits < 0:
        return f"{count:,.0f} B"
    number = f"{size:,.{digits}f}".removesuffix(".0")
    return f"{MINUS if count < 0 else ''}{number} {unit}"


def megabytes_text(count: float) -> str:
    """Write a size roughly, in MB or GB (powers of 1000): 11 MB, 1.4 GB; never 0 MB."""
    megabytes = count / 1e6
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 999.5 else f"{max(1, round(megabytes))} MB"


def percent_text(share: float | None, *, digits: int = 0) -> str:
    """Write a share of 0..1 in per cent: 94 %, with one digit 94.2 %; `NOTHING` for None."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}{PERCENT}"


def cautious_percent_text(share: float) -> str:
    """Write a share of 0..1 in whole per cent, but what only rounds to everything as "over 99 %"."""
    return f"over 99{PERCENT}" if 0.995 <= share < 1 else percent_text(share)


def probability_text(probability: float, *, digits: int = 1) -> str:
    """Write a probability of 0..1 in per cent, never as certainty, which it is not: 94.2 %, "> 99.9 %", "< 0.1 %"."""
    step = 10.0 ** -(digits + 2)
    if probability >= 1 - step / 2:
        return f"> {percent_text(1 - step, digits=digits)}"
    if probability < step / 2:
        return f"< {percent_text(step, digits=digits)}"
    return percent_text(probability, digits=digits)


def part_text(share: float, *, digits: int = 1) -> str:
    """Write a part of a whole, such as of the test images, in per cent: all and none are said only of all and none."""
    return percent_text(share, digits=digits) if share in (0, 1) else probability_text(share, digits=digits)


def metric_text(value: float | None) -> str:
    """Write a loss or another metric with four decimals; `NOTHING` for None."""
    return NOTHING if value is None else with_minus(f"{value:.4f}")


def plain_text(value: float) -> str:
    """Write a number with the digits that it needs, without a power of ten while zeros can be counted: 0.00005, 12."""
    least, most = _PLAIN
    return with_minus(format(Decimal(f"{value:g}"), "f") if least < abs(value) < most else f"{value:g}")


def alike_texts(*values: float) -> list[str]:
    """Write numbers of one sentence with the decimals that the largest needs for three digits: 2.90 of 2.91."""
    largest = max(map(abs, values))
    if not 1e-3 <= largest < 1e6:
        return [with_minus(f"{value:.3g}") for value in values]
    decimals = max(0, 2 - floor(log10(largest)))
    return [with_minus(f"{round(value, decimals) + 0.0:.{decimals}f}") for value in values]  # + 0: no -0


def duration_text(seconds: float) -> str:
    """Write a time: 4.2 s, 27 s, 2.5 min, 3.0 h."""
    unit, length = _time_unit(seconds)
    value = seconds / length
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def rough_duration_text(seconds: float) -> str:
    """Write a time that is only guessed, in whole seconds below one and a half minutes: 47 s, 3 min."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def duration_range_text(low: float, high: float) -> str:
    """Write a range of seconds as people say it: 20 to 45 s, 2 to 5 min, 0.8 to 2 h."""
    unit, length = _time_unit(high)
    first, last = (_rounded(seconds / length) for seconds in (low, high))
    return f"{first} {unit}" if first == last else f"{first} to {last} {unit}"


def written_range(low: float, high: float) -> tuple[float, float]:
    """Give the range of seconds that `duration_range_text` names: what lies between its numbers is as was said."""
    _, length = _time_unit(high)
    return float(_rounded(low / length)) * length, float(_rounded(high / length)) * length


def _time_unit(seconds: float) -> tuple[str, int]:
    return next((name, length) for name, length, most in _TIMES if seconds < most)


def _rounded(value: float) -> str:
    """One digit below 10, else to fives."""
    if value < 0.95:
        return f"{max(value, 0.1):.1f}"
    return f"{value:.0f}" if value < 10 else f"{5 * round(value / 5)}"

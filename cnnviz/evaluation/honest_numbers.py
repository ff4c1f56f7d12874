"""How a difference of two nets is written: its size, its interval, and where it is none."""

from cnnviz.evaluation.honest import Comparison
from cnnviz.text.units import with_minus

NARROW = 0.005  # an advantage whose interval is narrower gets two decimals of a percentage point


def written(found: Comparison, *, is_share: bool, turned: bool) -> tuple[str, str, str]:
    """Write the size of the advantage, and the bounds of its interval as seen from the net that is ahead."""
    low, high = found.interval
    if turned:
        low, high = -high, -low
    size = size_text(abs(found.advantage), found, is_share=is_share)
    return (
        size,
        with_minus(number_text(low, found, is_share=is_share)),
        with_minus(number_text(high, found, is_share=is_share)),
    )


def bounds_text(found: Comparison, *, is_share: bool, turned: bool = False) -> str:
    """Write the interval in brackets, saying where it knows of the images alone; "" where nothing is known."""
    if abs(found.interval.low) == float("inf"):
        return ""
    _, low, high = written(found, is_share=is_share, turned=turned)
    return f" ({low} to {high}{' by the images alone' if found.way == 'images' else ''})"


def is_tie(found: Comparison, *, is_share: bool) -> bool:
    """Tell whether the advantage is none as it would be written."""
    return float(number_text(abs(found.advantage), found, is_share=is_share)) == 0


def average_text(found: Comparison) -> str:
    """Say that a difference is one of means; "" of one training each."""
    return " on average" if max(len(found.first.values), len(found.second.values)) > 1 else ""


def size_text(value: float, found: Comparison, *, is_share: bool) -> str:
    """Write a difference with its unit: 1.8 percentage points, 0.0123."""
    number = number_text(value, found, is_share=is_share)
    return f"{number} percentage points" if is_share else number


def number_text(value: float, found: Comparison, *, is_share: bool) -> str:
    """Write a difference as a number, of shares in percentage points."""
    if not is_share:
        return f"{value:.4f}"
    is_narrow = found.interval.high - found.interval.low < NARROW
    return f"{100 * value:.{2 if is_narrow else 1}f}"

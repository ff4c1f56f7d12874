"""Where the curves of a training will be: their axes as HTML, with a sketch of what usually becomes of them."""

from base64 import b64encode
from html import escape
from math import exp, log

from cnnviz.text.units import count_text, percent_text

SHARES = tuple(percent_text(share) for share in (1.0, 0.5, 0.0))
ROOM = 1.15  # of the axis of the loss, as a multiple of the loss of guessing
FALL = 5.0  # how often the sketch falls to 1/e over the run
POINTS = 40
MAX_TICKS = 6
SKETCH_COLOUR = "#7C8DA3"
SKETCH = "A sketch: the curves of this training come here, a point for each batch."


def empty_curves(epochs: int, num_classes: int, *, has_guessing: bool, is_balanced: bool) -> str:
    """Draw the axes of the loss and of the accuracy for so many epochs, before there is a point.

    The dotted lines, drawn if `has_guessing`, are what a net gets that gives all `num_classes` the same probability:
    a cross-entropy of ln(num_classes), and about 1 / num_classes right if `is_balanced`, because then all classes have
    about as many images. Else to say the largest class always gets at least that.

    Returns
    -------
    str
        HTML, coloured by `assets/style/training.css`.
    """
    guessed = log(num_classes)
    falling = [exp(-FALL * step / POINTS) for step in range(POINTS + 1)]
    losses = [0.06 + share * 0.94 for share in falling]  # as shares of the loss of guessing
    rights = [1 - (1 - 1 / num_classes) * (0.05 + 0.95 * share) for share in falling]
    share = f"guessing: {'about' if is_balanced else 'at least'} {percent_text(1 / num_classes)}"
    texts = (f"guessing: {guessed:.2f}", share) if has_guessing else ("", "")
    loss = _chart("Loss", texts[0], 1 / ROOM, [share / ROOM for share in losses], ("", "0"), epochs)
    right = _chart("Accuracy", texts[1], 1 / num_classes, rights, SHARES, epochs)
    return f'<div class="empty-curves" role="img" aria-label="{escape(describe_empty(epochs))}">{loss}{right}</div>'


def describe_empty(epochs: int) -> str:
    """Say in words what stands there."""
    return f"Empty axes of the loss and the accuracy over {count_text(epochs, 'epoch')}. {SKETCH}"


def _chart(title: str, guessing: str, guessed: float, line: list[float], ticks: tuple[str, ...], epochs: int) -> str:
    """One figure; `guessed` and the points of `line` are shares of its height, `ticks` stand evenly from the top."""
    levels = [place / (len(ticks) - 1) for place in range(len(ticks))]
    rows = "".join(_tick("y", "top", level, text) for level, text in zip(levels, ticks, strict=True))
    columns = "".join(_tick("x", "left", epoch / epochs, str(epoch)) for epoch in _epochs(epochs))
    grid = "".join(f'<i class="grid" style="top:{100 * level:g}%"></i>' for level in levels)
    place = f'style="top:{100 * (1 - guessed):.1f}%"'
    level_line = f'<i class="guessing" {place}></i><span class="guess" {place}>{guessing}</span>'
    return (
        f'<div class="chart"><strong>{title}</strong><div class="plot">{grid}<img alt="" src="{_sketch(line)}">'
        f"{level_line if guessing else ''}{rows}{columns}"
        '<span class="unit">epoch</span></div></div>'
    )


def _sketch(line: list[float]) -> str:
    """Draw the line as a picture: Streamlit lets no SVG elements through. Its colour can be seen on light and dark."""
    points = " ".join(f"{100 * step / POINTS:g},{100 * (1 - share):.1f}" for step, share in enumerate(line))
    look = f'fill="none" stroke="{SKETCH_COLOUR}" stroke-width="2.5" stroke-dasharray="7 7" stroke-linecap="round"'
    drawn = f'<polyline points="{points}" vector-effect="non-scaling-stroke" {look}/>'
    size = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none"'
    return "data:image/svg+xml;base64," + b64encode(f"<svg {size}>{drawn}</svg>".encode()).decode()


def _tick(axis: str, side: str, share: float, text: str) -> str:
    return f'<span class="{axis}" style="{side}:{100 * share:.2f}%">{text}</span>'


def _epochs(epochs: int) -> list[int]:
    """Round numbers from 0 to the last epoch that stand on the axis."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if epochs / step <= MAX_TICKS)
    return list(range(0, epochs + 1, step))

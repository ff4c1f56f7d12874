"""A tutorial's nets side by side: what was printed, what was measured, and what this server has made of them."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import Preset
from cnnviz.text.units import NOTHING, percent_text, with_minus
from cnnviz.ui.app import services
from cnnviz.ui.tutorials.catalogue import Figures, Tutorial
from cnnviz.ui.tutorials.own_runs import OwnRuns

WEIGHT_BYTES = 4
GUESSING = 0.5  # of two classes: where the bars begin
WORDS = "It printed", "We measured", "This server"
LAST_COLUMNS = "Parameters", "MB", "An epoch here"


def show_table(tutorial: Tutorial, found: Sequence[OwnRuns]) -> None:
    """Draw a row for each net; numbers beside each other where the tutorial printed some for each."""
    draw = _numbers_table if tutorial.figures else _words_table
    label = escape(f"The nets of the tutorial {tutorial.short}")
    kind = "tutorial-table" if tutorial.figures else "tutorial-table in-words"
    st.html(
        f'<div class="{kind}" tabindex="0" role="region" aria-label="{label}"><table>'
        f"{draw(tutorial, found)}</table></div>"
    )


def _numbers_table(tutorial: Tutorial, found: Sequence[OwnRuns]) -> str:
    pair = '<th scope="col" class="number">printed</th><th scope="col" class="number">ours</th>'
    head = (
        '<thead><tr><th scope="col" rowspan="2">Net</th><th scope="colgroup" colspan="3">Best accuracy</th>'
        '<th scope="colgroup" colspan="2">Correlation</th><th scope="colgroup" colspan="2">MSE</th>'
        f'{_last_columns(rows=2)}</tr><tr>{pair}<th scope="col">this server</th>{pair}{pair}</tr></thead>'
    )
    return f"{head}<tbody>{''.join(_numbers_row(tutorial, runs) for runs in found)}</tbody>"


def _numbers_row(tutorial: Tutorial, runs: OwnRuns) -> str:
    printed, ours = tutorial.figures[runs.preset.name]
    plain = "".join(_cell(_decimal(value)) for name in ("correlation", "mse") for value in _both(printed, ours, name))
    best = "".join(_bar(one.best_accuracy, one.words) for one in (printed, ours))
    return f"<tr>{_name(runs.preset)}{best}<td>{_reached(runs)}</td>{plain}{_ends(runs)}</tr>"


def _words_table(_tutorial: Tutorial, found: Sequence[OwnRuns]) -> str:
    columns = "".join(f'<th scope="col">{name}</th>' for name in ("Net", *WORDS))
    rows = "".join(f"<tr>{_name(runs.preset)}{_words(runs)}{_ends(runs)}</tr>" for runs in found)
    return f"<thead><tr>{columns}{_last_columns(rows=1)}</tr></thead><tbody>{rows}</tbody>"


def _words(runs: OwnRuns) -> str:
    texts = runs.preset.printed, runs.preset.measured, runs.reached_text()
    cells = zip(WORDS, texts, strict=True)
    return "".join(f'<td class="words" data-name="{name}">{escape(text or NOTHING)}</td>' for name, text in cells)


def _last_columns(*, rows: int) -> str:
    return "".join(f'<th scope="col" rowspan="{rows}" class="number">{name}</th>' for name in LAST_COLUMNS)


def _name(preset: Preset) -> str:
    return f'<th scope="row">{escape(preset.title)}<small>{escape(preset.name)}</small></th>'


def _both(printed: Figures, ours: Figures, name: str) -> tuple[float | None, float | None]:
    return getattr(printed, name), getattr(ours, name)


def _cell(text: str, name: str = "") -> str:
    return f'<td class="number" data-name="{name}">{text}</td>'


def _decimal(value: float | None) -> str:
    return NOTHING if value is None else with_minus(f"{value:.3f}".removesuffix("0"))


def _bar(value: float | None, words: str) -> str:
    """An accuracy with a bar that begins at guessing, or the words that stand for one."""
    if value is None:
        return _cell(words or NOTHING)
    length = max(0, round(100 * (value - GUESSING) / (1 - GUESSING)))
    return f'<td class="number bar" style="--length: {length}%">{percent_text(value)}</td>'


def _reached(runs: OwnRuns) -> str:
    return escape(runs.reached_text())


def _ends(runs: OwnRuns) -> str:
    params = analyze(runs.preset.architecture).totals.params
    texts = f"{params:,}", f"{WEIGHT_BYTES * params / 1e6:.1f}", runs.epoch_text(services.engine().calibrator)
    return "".join(_cell(text, name) for name, text in zip(LAST_COLUMNS, texts, strict=True))

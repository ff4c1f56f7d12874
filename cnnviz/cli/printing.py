"""Output of the command line: tables, and epochs as they end."""

import codecs
import sys
from typing import Any

from cnnviz.datasets.sources.layout import Layout
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_name, as_sentence, as_terminal
from cnnviz.text.units import (
    classes_text,
    count_text,
    duration_text,
    metric_text,
    percent_text,
    plain_text,
    probability_text,
    shape_text,
)

MAX_CELL = 100  # letters of a text in a table
UNKNOWN_LETTERS = "cnnviz.plain"
"""How a stream writes letters that its terminal does not know (`errors` of a text stream)."""
_PLAIN = {"×": "x", "−": "-", "–": "-", "→": "->", "±": "+-", "\u202f": " "}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    plain = (_PLAIN.get(letter) or letter.encode("ascii", "backslashreplace").decode() for letter in letters)
    return "".join(plain), error.end


codecs.register_error(UNKNOWN_LETTERS, _plainly)


def say(text: str) -> None:
    """Print to stderr what is no answer: how far it is, what was found, what went wrong."""
    print(as_terminal(text), file=sys.stderr)  # noqa: T201


class EpochPrinter:
    """Prints each finished epoch of a run to stderr; called with the run whenever it has changed."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._printed = 0
        self._message = ""

    def __call__(self, run: Run) -> None:
        is_error = run.status in (Status.FAILED, Status.STOPPED) and not run.metrics  # which ends the command
        if run.message and run.message != self._message and not is_error:
            self._message = run.message
            say(run.message)
        if run.status is Status.QUEUED or self._store.last_epoch(run.id) <= self._printed:
            return
        for row in self._store.curves(run.id).epochs[self._printed :]:
            numbers = ", ".join(f"{name} {_number(name, value)}" for name, value in row.items() if type(value) is float)
            say(f"epoch {row['epoch']}/{run.config.epochs}: {numbers}")
            self._printed = row["epoch"]


def layout_text(layout: Layout) -> str:
    """Draw what was found in a folder or zip as a tree, with what was left out and why."""
    lines = []
    names = layout.names
    for part in layout.parts:
        counts = layout.counts(part)
        title = part if "test" in layout.parts else layout.title(part)
        lines.append(f"{title}: {count_text(sum(counts.values()), 'picture')} of {classes_text(len(counts))}")
        lines += [f"  {names[label]}: {count:,}" for label, count in counts.items()]
    return "\n".join([*lines, *map(as_sentence, layout.remarks)])


def table(rows: list[dict[str, Any]], columns: tuple[str, ...] = ()) -> str:
    """Format rows as aligned columns; all columns of the first row unless named."""
    if not rows:
        return "(none)"
    columns = columns or tuple(rows[0])
    cells = [columns, *(tuple(_cell(name, row[name]) for name in columns) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)


def image_table(rows: list[dict[str, Any]]) -> str:
    """Format rows of images, whose "index" from 0 is for programs, with their number from 1, as the pages say it."""
    return table(
        [
            dict(("image", value + 1) if name == "index" else (name, value) for name, value in row.items())
            for row in rows
        ]
    )


def _cell(name: str, value: Any) -> str:
    if isinstance(value, float):
        return _number(name, value)
    if isinstance(value, list | tuple):
        return shape_text(value)
    return "-" if value is None else as_name(value, MAX_CELL)


def _number(name: str, value: float) -> str:
    """Write a number as the pages do, by what it is called."""
    if name.endswith("accuracy"):
        return percent_text(value, digits=1)
    if name.endswith("probability"):  # 1.0000 would be certainty
        return probability_text(value)
    return {"seconds": duration_text, "learning_rate": plain_text}.get(name, metric_text)(value)

"""Tables as HTML: whole formulas in their cells, exact numbers on hover, one Tab to go past a table of any length."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from cnnviz.text.units import MINUS
from cnnviz.ui.components.save_files import FileToSave, save_files


@dataclass(frozen=True)
class Column:
    """A heading, what it means if that is not plain, and whether numbers (at the right) or code are in it."""

    name: str
    help: str = ""
    is_number: bool = False
    is_code: bool = False


@dataclass(frozen=True)
class Cell:
    """A text; `exact` is the number as programs read it, `change` how much more or less it says, for its colour."""

    text: str
    exact: str = ""
    change: int = 0


Rows = Sequence[Sequence[Cell]]


def show_rows(columns: Sequence[Column], rows: Rows, *, label: str, key: str, file: str) -> None:
    """Draw a table, and a button that saves it with its exact numbers as a file of that name."""
    st.html(html_table(columns, rows, label=label))
    save_files([FileToSave("Save as CSV", file, lambda: csv_text(columns, rows))], key=f"{key}_csv")


def html_table(columns: Sequence[Column], rows: Rows, *, label: str) -> str:
    """Return a table in a frame that scrolls, which the Tab key reaches as a whole and leaves with the next Tab.

    Everything is escaped. What costs more has the class "more", what costs less "less"; their sign says it as well.
    """
    head = "".join(_heading(column) for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, columns, row))}</tr>" for row in rows)
    name = escape(label)
    return (
        f'<div class="net-table" tabindex="0" role="region" aria-label="{name}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def csv_text(columns: Sequence[Column], rows: Rows) -> str:
    """Return the table as CSV, with numbers as they are: no units, no separators of thousands."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.name for column in columns])
    writer.writerows([cell.exact or cell.text for cell in row] for row in rows)
    return file.getvalue()


def _heading(column: Column) -> str:
    words = f' title="{escape(column.help)}"' if column.help else ""
    return f'<th scope="col"{words}{_side(column)}>{escape(column.name)}</th>'


def _cell(column: Column, cell: Cell) -> str:
    plain = cell.text.replace(",", "").replace(MINUS, "-").removeprefix("+")
    exact = f' title="{escape(cell.exact)}"' if cell.exact not in ("", plain) else ""
    text = escape(cell.text)
    if cell.change:
        text = f'<span class="{"more" if cell.change > 0 else "less"}">{text}</span>'
    return f"<td{exact}{_side(column)}>{text}</td>"


def _side(column: Column) -> str:
    return ' class="number"' if column.is_number else ' class="code"' if column.is_code else ""

"""Cells of text and code, and the two files that are made of them: a Jupyter notebook and a Python script."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

FORMAT, FORMAT_MINOR = 4, 5
"""Version of the notebook format: https://nbformat.readthedocs.io/en/latest/format_description.html."""


@dataclass(frozen=True)
class Cell:
    """A cell: Markdown, or code."""

    source: str
    is_code: bool


def words(text: str) -> Cell:
    """Make a cell of Markdown; what all its lines are indented by does not count."""
    return Cell(dedent(text).strip(), is_code=False)


def code(text: str) -> Cell:
    """Make a cell of Python; what all its lines are indented by does not count."""
    return Cell(dedent(text).strip(), is_code=True)


def notebook_file(cells: Sequence[Cell]) -> bytes:
    """Write cells as a Jupyter notebook that nobody has run yet."""
    content: dict[str, Any] = {
        "cells": [_entry(cell, number) for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": FORMAT,
        "nbformat_minor": FORMAT_MINOR,
    }
    return json.dumps(content, indent=1).encode()


def script_file(cells: Sequence[Cell]) -> bytes:
    """Write cells as a Python script; text becomes comments. Editors that know "# %%" show its cells."""
    return "\n\n".join(_part(cell) for cell in cells).encode() + b"\n"


def _entry(cell: Cell, number: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "cell_type": "code" if cell.is_code else "markdown",
        "id": f"cell-{number}",
        "metadata": {},
    }
    if cell.is_code:
        entry |= {"execution_count": None, "outputs": []}
    return entry | {"source": cell.source.splitlines(keepends=True)}


def _part(cell: Cell) -> str:
    if cell.is_code:
        return f"# %%\n{cell.source}"
    commented = "\n".join(f"# {line}".rstrip() for line in cell.source.splitlines())
    return f"# %% [markdown]\n{commented}"

"""Settings and results of all runs as a table: what differs, or everything."""

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import groupby
from pathlib import Path

import streamlit as st

from cnnviz.plots.comparison import LETTERS, RUN_COLOURS
from cnnviz.reports.html_report import MOST_RUNS, comparison_html
from cnnviz.runs.comparison import Row, as_csv, as_json, compare_runs
from cnnviz.runs.permitted import visible_run
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_name
from cnnviz.text.units import count_text
from cnnviz.ui.app import services
from cnnviz.ui.architecture.state import STYLE as NET_STYLE
from cnnviz.ui.compare.chosen import lettered, names_of, rows_of
from cnnviz.ui.components.save_files import FileToSave, file_name, save_files
from cnnviz.ui.inputs.run_picker import images_title
from cnnviz.ui.runs.downloads import choose_figure_format
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import KEPT

NO_PAGE = f"A page is made of 2 to {MOST_RUNS} runs."
PAGE_HELP = "Opens from a folder, without network or server, with the nets alive in it; it can be printed."
STYLE = Path(__file__).parents[3] / "assets" / "style" / "compare.css"


def show_settings(runs: Sequence[Run]) -> None:
    """Show the rows in which the runs differ; a switch shows those that are the same as well."""
    for style in (NET_STYLE, STYLE):
        st.html(style)
    rows = rows_of(runs)
    differing = [row for row in rows if row.differs]
    is_all = st.toggle("Show also what is the same", key="compare_all_settings", disabled=len(runs) < 2, **KEPT)
    shown = rows if is_all or len(runs) < 2 else differing
    if shown:
        st.html(settings_table(names_of(runs), shown))
    alike = len(rows) - len(differing)
    if len(runs) > 1:
        st.caption(f"{count_text(len(differing), 'row')} in which they differ, {alike:,} in which they do not.")


def settings_table(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the rows as an HTML table, a column for each run; everything is escaped.

    What is other than in the first run has the class "other".
    """
    heads = "".join(
        f'<th scope="col" style="--run:{colour}"><b class="letter">{letter}</b> {escape(as_name(name))}</th>'
        for letter, colour, name in zip(LETTERS, RUN_COLOURS, names, strict=False)
    )
    width = len(names) + 1
    body = "".join(
        f'<tr class="group"><th scope="rowgroup" colspan="{width}">{group}</th></tr>{"".join(map(_row, members))}'
        for group, members in groupby(rows, key=lambda row: row.group)
    )
    return (
        '<div class="net-table compare-table" tabindex="0" role="region" aria-label="Settings and results of the runs">'
        f'<table><thead><tr><th scope="col">Setting</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(row: Row) -> str:
    marks = ["" if value == row.values[0] else ' class="other"' for value in row.values]
    cells = "".join(f"<td{mark}>{escape(as_name(text))}</td>" for mark, text in zip(marks, row.texts, strict=True))
    return f'<tr><th scope="row">{row.name}</th>{cells}</tr>'


def show_downloads(runs: Sequence[Run]) -> None:
    """Show a menu: the table as CSV and JSON, all of it as one HTML file, and the format of figures."""
    named = partial(file_name, "comparison", *(run.id for run in runs))
    store, visitor = services.store(), current_visitor()
    ids, titles, images = [run.id for run in runs], lettered(runs), [images_title(run) for run in runs]

    def current() -> list[Run]:  # read when it is asked for: the page may have been open for long
        return [visible_run(store, run_id, visitor) for run_id in ids]

    def rows() -> list[Row]:
        return compare_runs(current(), images)

    def page() -> bytes:
        return comparison_html(services.engine(), current(), images_names=images, visitor=visitor)

    files = [
        FileToSave("Settings and results (.csv)", named(ending="csv"), lambda: as_csv(titles, rows())),
        FileToSave("Settings and results (.json)", named(ending="json"), lambda: as_json(ids, titles, rows())),
        FileToSave(
            "All of it as a page (.html)",
            named(ending="html"),
            page,
            PAGE_HELP,
            missing="" if 2 <= len(runs) <= MOST_RUNS else NO_PAGE,
        ),
    ]
    with st.popover("Save", icon=":material/download:", key="compare_save"):
        save_files(files, key="compare_files", look="menu")
        choose_figure_format()

"""The files of images of one's own, each with the label that was read from its folder or name, and what it is for."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.datasets.dataset import PictureFile
from cnnviz.text.markup import one_line
from cnnviz.text.units import count_text
from cnnviz.ui.images.browser import ask

MAX_ROWS = 10_000
PARTS = {"train": "to learn from", "validation": "to validate on", "test": "to test on", "": "cannot be used"}
ALL = "all classes"


def show_files(dataset: str) -> None:
    """Show a table of file names and labels, of one class or all; sets that are not files say so."""
    found: Sequence[PictureFile] = ask(dataset, "files")
    if not found:
        st.markdown("The images of this set come in one piece, not as files. Those of your own are listed here.")
        return
    labels = sorted({file.label for file in found})
    chosen = st.selectbox("Class", (ALL, *labels), format_func=one_line)
    files = sorted((file for file in found if chosen in (ALL, file.label)), key=lambda file: (file.label, file.name))
    st.caption(files_text(files))
    st.dataframe(
        [
            {"File": one_line(file.name), "Label": one_line(file.label), "Part": PARTS[file.part]}
            for file in files[:MAX_ROWS]
        ],
        hide_index=True,
    )


def files_text(files: Sequence[PictureFile]) -> str:
    """Say how many files were read, how many could not be, and how many are listed."""
    num_bad = sum(not file.part for file in files)
    bad = f", {num_bad:,} more cannot be used" if num_bad else ""
    most = f" The first {MAX_ROWS:,} are listed." if len(files) > MAX_ROWS else ""
    return f"{count_text(len(files) - num_bad, 'picture')}{bad}; the label is read from the folder or the name.{most}"

"""The files of images of one's own, each with the label that was read from its folder or name."""

import streamlit as st

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.sources.content import find_layout
from cnnviz.text.markup import one_line
from cnnviz.text.units import count_text
from cnnviz.ui.session.training_settings import kept_roles

MAX_ROWS = 10_000
PARTS = {"train": "to learn from", "validation": "to validate on", "test": "to test on"}
ALL = "all classes"


def show_files(dataset: str) -> None:
    """Show a table of file names and labels, of one class or all; sets that are not files say so."""
    if dataset in DATASETS:
        st.markdown("The images of this set come in one piece, not as files. Those of your own are listed here.")
        return
    layout = find_layout(dataset, kept_roles(dataset))
    chosen = st.selectbox("Class", (ALL, *layout.classes), format_func=one_line)
    classes = layout.classes if chosen == ALL else (chosen,)
    rows = [
        {"File": one_line(name), "Label": one_line(label), "Part": PARTS[part] if len(layout.parts) > 1 else "all"}
        for part in layout.parts
        for label in classes
        for name in layout.pictures(part, label)
    ]
    most = f" The first {MAX_ROWS:,} are shown." if len(rows) > MAX_ROWS else ""
    st.caption(f"{count_text(len(rows), 'file')}; the label is read from the folder or the name.{most}")
    st.dataframe(rows[:MAX_ROWS], hide_index=True)

"""What was found in a folder or zip of one's own, as a tree with pictures, and a way to correct it."""

from html import escape

import numpy as np
import streamlit as st

from cnnviz.datasets.registry import modified
from cnnviz.datasets.sources.content import find_layout
from cnnviz.datasets.sources.layout import ROLES, FolderRole, Layout, Role
from cnnviz.datasets.sources.part_names import Part
from cnnviz.errors import CnnvizError, InvalidDataset
from cnnviz.imaging.decode import png_url
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_markdown, as_name, one_line
from cnnviz.text.units import classes_text, count_text
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.session.training_settings import keep_roles, kept_roles
from cnnviz.ui.shared.answers import cached_answer

PICTURES = 3  # of each class in each part
MAX_SHOWN = 12  # classes of a part with their pictures; the others are named
PATH = 36  # letters of a path that a narrow screen has room for
ROLE_NAMES: dict[Role, str] = {
    "class": "a class",
    "train": "the part to learn from",
    "validation": "the part to validate on",
    "test": "the part to test on",
    "look inside": "a wrapper to look inside",
    "left out": "left out",
}
STYLE = """
.found ul { list-style: none; margin: 0; padding-left: 1.1rem;
  border-left: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.found > ul { padding-left: 0; border-left: none; }
.found li { margin: .2rem 0; overflow-wrap: anywhere; }
.found .row { display: flex; flex-wrap: wrap; align-items: center; gap: .15rem .6rem; }
.found .name { flex: 1; min-width: 8rem; }
.found .number { opacity: .75; font-variant-numeric: tabular-nums; }
.found img { width: 40px; height: 40px; border-radius: 4px; }
.found .pictures { display: inline-flex; gap: 4px; min-width: 128px; }
"""


def show_found(dataset: str, problem: InvalidDataset | None = None) -> None:
    """Show the tree of a folder or zip, and controls that say what a folder is; raises what `find_layout` raises.

    Parameters
    ----------
    dataset : str
    problem : InvalidDataset, optional
        Why it cannot be used as it was taken.
    """
    layout = find_layout(dataset, kept_roles(dataset))
    with st.expander(f"What was found: {found_text(layout)}", expanded=True, icon=":material/account_tree:"):
        if problem:
            show_message(problem)
        for question in layout.questions:
            st.warning(as_markdown(question), icon=":material/help:")
        st.html(f'<div class="found">{_tree(layout, _thumbnails(dataset, layout))}</div><style>{STYLE}</style>')
        _correct(dataset, layout)


def found_text(layout: Layout) -> str:
    """Say what was found, in a line: classes, pictures of each part, files left out."""
    words = {"train": "to learn from", "validation": "to validate on", "test": "to test on"}
    number = {part: sum(layout.counts(part).values()) for part in layout.parts}
    parts = [f"{n:,} {words[part]}" if len(number) > 1 else count_text(n, "picture") for part, n in number.items()]
    left = [f"{count_text(layout.num_left_out, 'file')} left out"] if layout.num_left_out else []
    return ", ".join([classes_text(len(layout.classes)), *parts, *left])


def _shown(layout: Layout, part: Part) -> list[str]:
    return list(layout.counts(part))[:MAX_SHOWN]


def _thumbnails(dataset: str, layout: Layout) -> dict[str, np.ndarray]:
    """Small pictures by the name of their file; none where no worker answers: the tree says enough without them."""
    names = [
        name
        for part in layout.parts
        for label in _shown(layout, part)
        for name in layout.pictures(part, label)[:PICTURES]
    ]
    try:
        images = cached_answer(None, "thumbnails", version=modified(dataset), dataset=dataset, names=names)
    except CnnvizError:
        return {}
    return {name: image for name, image in zip(names, images, strict=True) if image is not None}


def _tree(layout: Layout, pictures: dict[str, np.ndarray]) -> str:
    items = []
    titles = layout.names
    for part in layout.parts:
        counts = layout.counts(part)
        rows = [_row(layout, part, label, titles[label], pictures) for label in _shown(layout, part)]
        rest = [f"{_text(titles[label])} ({counts[label]:,})" for label in list(counts)[MAX_SHOWN:]]
        if rest:
            rows.append(f"<li><details><summary>{len(rest):,} more classes</summary>{', '.join(rest)}</details></li>")
        number = f"{count_text(sum(counts.values()), 'picture')} of {classes_text(len(counts))}"
        items.append(
            f'<li><div class="row"><b>{layout.title(part)}</b><span class="number">{number}</span></div>'
            f"<ul>{''.join(rows)}</ul></li>"
        )
    said = [*layout.cautions, *layout.notes, *map(str, layout.left_out)]
    if said:
        lines = "".join(f"<li>{_text(line)}</li>" for line in said)
        items.append(f"<li><b>Good to know, and what was left out</b><ul>{lines}</ul></li>")
    return f"<ul>{''.join(items)}</ul>"


def _row(layout: Layout, part: Part, label: str, title: str, pictures: dict[str, np.ndarray]) -> str:
    names = layout.pictures(part, label)
    urls = [png_url(pictures[name]) for name in names[:PICTURES] if name in pictures]
    shown = "".join(f'<img src="{url}" alt="{_text(title)}">' for url in urls)
    return (
        f'<li class="row"><span class="pictures">{shown}</span>'
        f'<span class="name">{_text(title)} <span class="number">{len(names):,}</span></span></li>'
    )


def _text(text: str) -> str:
    return escape(one_line(text))


def _correct(dataset: str, layout: Layout) -> None:
    """Let a person say what a folder is, and take it back."""
    said = dict(kept_roles(dataset))
    folders = {folder.path: folder for folder in layout.folders}
    for path in said:
        folders.setdefault(path, FolderRole(path, said[path], 0))
    if folders:
        labels = dict(zip(folders, short_labels([as_name(path, len(path)) for path in folders], PATH), strict=True))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="found_correction"):
            path = st.selectbox(
                "Is something taken for what it is not? This folder",
                list(folders),
                format_func=labels.__getitem__,
                key="found_folder",
            )
            so_far = f"is (so far {ROLE_NAMES[folders[path].role]})"
            role = st.selectbox(so_far, ROLES, format_func=ROLE_NAMES.__getitem__, key="found_role")
            is_corrected = st.button("Correct", key="found_correct")
        if is_corrected:
            keep_roles(dataset, tuple({**said, path: role}.items()))
            st.rerun()
    if said:
        words = "; ".join(f"{path} is {ROLE_NAMES[role]}" for path, role in said.items())
        st.caption(f"You said: {as_markdown(words)}.")
        if st.button("Take it back", key="found_undo", icon=":material/undo:"):
            keep_roles(dataset, ())
            st.rerun()

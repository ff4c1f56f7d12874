"""Buttons that save files: a component that fetches them from the route of `web.offered_files`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import streamlit as st

from cnnviz.ui.components.bundle import register
from cnnviz.web.offered_files import offer_file

OFFERED = "offered_files"
"""Key of the session: what it offers."""

_component = register("save_files")

UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class FileToSave:
    """A file that a visitor may save.

    Attributes
    ----------
    title : str
        Of its button.
    name : str
        Of the file.
    write : callable
        () -> content as bytes or text; called when the file is wanted. Raises a CnnvizError, which the button tells.
    help : str
    missing : str
        Why it cannot be had; "" where it can.
    group : str
        A heading, above the files that follow each other and have the same one.
    """

    title: str
    name: str
    write: Callable[[], bytes | str]
    help: str = ""
    missing: str = ""
    group: str = ""


def file_name(*parts: str, ending: str) -> str:
    """Name a file after what it is of, with hyphens, as no system refuses it: "my-net-layers.csv"."""
    return f"{'-'.join(UNSAFE.sub('-', part).strip('-.') or 'net' for part in parts)}.{ending}"


def save_files(files: Iterable[FileToSave], *, key: str, look: Literal["menu", "buttons"] = "buttons") -> None:
    """Show a button for each file; a click makes the file and saves it, without a rerun.

    Parameters
    ----------
    files : iterable of FileToSave
    key : str
    look : {"menu", "buttons"}
        Plain lines below each other, as in a popover, or framed buttons beside each other.
    """
    offered = st.session_state.setdefault(OFFERED, {})

    def entry(file: FileToSave) -> dict[str, str]:
        told = {"title": file.title, "name": file.name, "help": file.missing or file.help}
        if file.missing:
            return {**told, "url": ""}
        return {**told, "url": offer_file(offered, f"{key} {file.title}", file.name, lambda: _encoded(file.write()))}

    groups = [
        {"title": title, "files": [entry(file) for file in members]}
        for title, members in groupby(files, key=lambda file: file.group)
    ]
    _component(data={"groups": groups, "look": look}, key=key)


def _encoded(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content

"""Whose images may be used: registered sets and those that the server offers by all, uploads by who brought them."""

import os
from pathlib import Path

from cnnviz.access.visitor import Visitor
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import UPLOADS, local_path
from cnnviz.datasets.registry import unknown_dataset
from cnnviz.settings import read_places


def uploads_of(visitor_id: str, home: Path) -> Path:
    """Folder in which a server with this home keeps the uploads of a visitor."""
    return home / UPLOADS / visitor_id


def require_usable(name: str, visitor: Visitor, home: Path) -> None:
    """Let a visitor use a data set for a training or look at it.

    Parameters
    ----------
    name : str
        A registered name, or the path of a folder or zip of images.
    visitor : Visitor
        The operator may use any.
    home : Path
        CNNVIZ_HOME of the server.

    Raises
    ------
    UnknownName
        It is neither registered, nor among those that CNNVIZ_IMAGES offers, nor uploaded by this visitor: said as if
        there was nothing, so that a made up path finds out nothing about the server.
    """
    if visitor.is_operator or name in DATASETS:
        return
    place = local_path(name)
    folders = [uploads_of(visitor.id, home), read_places("images").images]
    is_inside = any(folder is not None and _absolute(place).is_relative_to(_absolute(folder)) for folder in folders)
    if ".." in place.parts or not is_inside:
        raise unknown_dataset(name)


def _absolute(path: Path) -> Path:
    """Without following links: what CNNVIZ_IMAGES offers may be one."""
    return Path(os.path.abspath(path))

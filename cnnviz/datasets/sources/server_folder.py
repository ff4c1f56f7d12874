"""Images that lie on the server and that whoever runs it offers to all visitors. Pure."""

from pathlib import Path

from cnnviz.errors import InvalidDataset
from cnnviz.settings import read_places


def served_images() -> dict[str, Path]:
    """Folders and zips in the folder `CNNVIZ_IMAGES`, by name; none if the variable is not set.

    Visitors choose by name and type no path, so nothing else of the server can be read.
    Raises InvalidDataset if that folder cannot be listed.
    """
    folder = read_places().images
    if folder is None:
        return {}
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise InvalidDataset(
            f"CNNVIZ_IMAGES must name a folder of image folders and zips that the server can read. Received: {folder}, "
            f"{error.strerror}."
        ) from error
    return {
        path.name: path
        for path in found
        if not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() == ".zip")
    }

"""What people say of their runs in words of their own: a note and tags."""

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement

from cnnviz.errors import InvalidConfig
from cnnviz.runs.tables import RunRow

MAX_NOTE = 2000
MAX_TAG = 30
MAX_TAGS = 12

_SEPARATOR = ","


def tag_list(stored: str) -> list[str]:
    """The tags that a run's column holds."""
    return [tag for tag in stored.split(_SEPARATOR) if tag]


def stored_tags(tags: Iterable[str]) -> str:
    """Write tags as their column holds them: each between two commas, so that one is found whole.

    Raises
    ------
    InvalidConfig
        There are more than `MAX_TAGS`, or one is longer than `MAX_TAG`.
    """
    words = (re.sub(r"\s+", " ", part).strip() for tag in tags for part in tag.split(_SEPARATOR))
    kept = list(dict.fromkeys(filter(None, words)))
    if len(kept) > MAX_TAGS:
        raise InvalidConfig(f"A run has at most {MAX_TAGS} tags. Leave some out. Received: {len(kept)} tags.")
    for tag in kept:
        if len(tag) > MAX_TAG:
            raise InvalidConfig(
                f"A tag has at most {MAX_TAG} characters. Write longer words into the note. "
                f"Received: {len(tag)} characters."
            )
    return f"{_SEPARATOR}{_SEPARATOR.join(kept)}{_SEPARATOR}" if kept else ""


def tagged(tag: str) -> ColumnElement[bool]:
    """Tell the database that a run has a tag."""
    return RunRow.tags.contains(f"{_SEPARATOR}{tag}{_SEPARATOR}", autoescape=True)


def checked_note(note: str) -> str:
    """A note without blanks around it; raises InvalidConfig if it is longer than `MAX_NOTE`."""
    kept = note.strip()
    if len(kept) > MAX_NOTE:
        raise InvalidConfig(f"A note has at most {MAX_NOTE:,} characters. Received: {len(kept):,} characters.")
    return kept

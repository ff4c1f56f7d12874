"""What changes the entry of a run and nothing of its training: name, note, tags, sharing, put away, deleted."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.errors import InvalidConfig
from cnnviz.runs.labels import checked_note, stored_tags
from cnnviz.runs.permitted import MAX_NAME, active_runs, require_changeable, set_label
from cnnviz.runs.store import RunStore


class RunLabels:
    """Each method refuses strangers in its first line.

    It raises NotAllowed where that visitor may only look at the run, UnknownName where there is none for them to see.
    """

    def __init__(self, store: RunStore, queue: TrainingQueue) -> None:
        self.store = store
        self._queue = queue
        # Two Starts at once are one training too many, and what is asked for is for the run as it is found to be.
        self._lock = threading.RLock()

    def rename(self, run_id: str, name: str, *, by: Visitor) -> None:
        """Give a run another name, of 1 to 80 characters; raises InvalidConfig."""
        require_changeable(self.store, run_id, by)
        if not 1 <= len(name.strip()) <= MAX_NAME:
            raise InvalidConfig(f"A name has 1 to {MAX_NAME} characters. Received: {len(name.strip())} characters.")
        set_label(self.store, run_id, name=name.strip())

    def share(self, run_id: str, sharing: Sharing, *, by: Visitor) -> None:
        """Say who else may look at a run, without changing anything of it."""
        require_changeable(self.store, run_id, by)
        set_label(self.store, run_id, sharing=sharing)

    def label(
        self,
        run_id: str,
        *,
        by: Visitor,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        star: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Note something of a run.

        Parameters
        ----------
        run_id : str
        by : Visitor
        note : str, optional
            At most `MAX_NOTE` characters.
        tags : sequence of str, optional
            All that it is to have from now on: at most `MAX_TAGS`, of at most `MAX_TAG` characters.
        star : bool, optional
        archived : bool, optional
            Whether it is put away: no list shows it but that of the archived ones; its links go on working.

        Raises
        ------
        InvalidConfig
            Note or tags are too long.
        """
        require_changeable(self.store, run_id, by)
        changes: dict[str, Any] = {
            "note": None if note is None else checked_note(note),
            "tags": None if tags is None else stored_tags(tags),
            "star": star,
            "archived": archived,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        if given:
            set_label(self.store, run_id, **given)

    def delete(self, run_id: str, *, by: Visitor) -> None:
        """Take a run away from all lists and links at once; `restore` brings it back for a while.

        What it has kept is removed an hour later (`runs.uploads.purge_deleted`), and its uploaded images with the last
        run on them. Raises InvalidConfig while something happens to it.
        """
        owner = require_changeable(self.store, run_id, by).owner
        with self._lock:
            if self._queue.is_following(run_id) or run_id in active_runs(self.store, owner):
                raise InvalidConfig("This run is still at work. Stop it first; then it can be deleted.")
            set_label(self.store, run_id, deleted=datetime.now(UTC))

    def restore(self, run_id: str, *, by: Visitor) -> None:
        """Bring a run back that was deleted, with all that it had; raises UnknownName once it is removed for good."""
        require_changeable(self.store, run_id, by, also_deleted=True)
        set_label(self.store, run_id, deleted=None)

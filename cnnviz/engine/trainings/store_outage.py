"""What is done while the run store cannot be written: say so, try again, and end in words if it never comes back."""

import logging
import time

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
KEEP_TRYING_SECONDS = 600.0  # after the end of a training; until then its results stay in memory
GOES_ON = "{error} The training goes on meanwhile, and is kept as soon as that is done."
NOT_KEPT = "{error} Nothing could be written for {minutes:.0f} min: what was not kept yet of this training is lost."


class StoreOutage:
    """The present trouble with the store, if any, and the runs whose results were given up because of it."""

    def __init__(self) -> None:
        self._error = ""
        self._began = 0.0
        self._given_up: dict[str, str] = {}

    def begin(self, error: Exception) -> None:
        """Note that the store refused something (again)."""
        if not self._error:
            self._began = time.monotonic()
        if str(error) != self._error:
            logger.warning("%s", error)
        self._error = str(error)

    def end(self) -> None:
        """Note that the store takes everything again."""
        if self._error:
            logger.warning("The run store can be used again.")
        self._error = ""

    def is_hopeless(self, ended: float) -> bool:
        """Whether to give up a training that ended then, by time.monotonic()."""
        return time.monotonic() - max(self._began, ended) > KEEP_TRYING_SECONDS

    def give_up(self, run_id: str) -> None:
        """Note that what is left of a run will not be kept."""
        self._given_up[run_id] = NOT_KEPT.format(minutes=KEEP_TRYING_SECONDS / 60, error=self._error)
        logger.error("Run %s: %s", run_id, self._given_up[run_id])

    def reset(self, run_id: str) -> None:
        """Begin anew with a run."""
        self._given_up.pop(run_id, None)

    def lost_message(self, run_id: str) -> str:
        """Why the results of a run were given up, in a sentence; empty if they were not."""
        return self._given_up.get(run_id, "")

    def message(self) -> str:
        """What to say with a run that goes on; empty while all is well."""
        return GOES_ON.format(error=self._error) if self._error else ""

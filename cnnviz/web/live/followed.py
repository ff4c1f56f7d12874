"""Runs that somebody looks at: each is read when something was written of it, once for all of its viewers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.errors import CnnvizError, NotInBrowser, StoreUnavailable, UnknownName
from cnnviz.runs.files import kept_epochs
from cnnviz.runs.following import Place, read_news
from cnnviz.runs.records import Run, Status
from cnnviz.web.live.panel import Panel, is_moving
from cnnviz.web.nets import net_url

logger = logging.getLogger(__name__)

LEAST_SECONDS = 0.15  # between two readings: what is written in one moment comes in one message
PUBLISH_SECONDS = 1.0  # between two makings of nets for browsers, where epochs end every moment
ELSEWHERE_SECONDS = 1.0  # of a run that another server follows: nobody here hears of what is written
LOOK_SECONDS = 2.0  # for what is written nowhere: the queue, a store that refuses
PAUSED_SECONDS = 10.0  # of a run without a worker: only another server may go on with it unheard
ENDING_SECONDS = 0.2  # its last results are on their way

_publishers = ThreadPoolExecutor(2, thread_name_prefix="cnnviz-publish")
"""asyncio's few threads are for all that is quick."""


class FollowedRun:
    """A run and its viewers. `changed` is done, and another one takes its place, each time there is something new."""

    def __init__(self, engine: Engine, run_id: str) -> None:
        self.panel = Panel()
        self.run: Run | None = None  # before it was read, and when it is gone
        self.is_over = False
        self.changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._engine = engine
        self._id = run_id
        self._place = Place()
        self._urls: dict[int, str] = {}  # another one after a rewind, when other nets come under the same numbers
        self._is_new_epoch = False
        self._is_net_missing = False
        self._publishing: asyncio.Task[None] | None = None
        self._published = -PUBLISH_SECONDS

    async def keep_up(self) -> None:
        """Read what comes, until the run has ended or is gone."""
        loop, written = asyncio.get_running_loop(), asyncio.Event()
        written.set()
        with self._engine.store.changes.heard(self._id, lambda: loop.call_soon_threadsafe(written.set)):
            try:
                while not self.is_over:
                    is_written = written.is_set()
                    written.clear()
                    await asyncio.to_thread(self._look, is_written=is_written)
                    self._tell()
                    if self._is_to_publish() and loop.time() - self._published >= PUBLISH_SECONDS:
                        self._is_new_epoch = self._is_net_missing = False
                        self._publishing = asyncio.create_task(self._publish())
                    await asyncio.sleep(LEAST_SECONDS)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._patience()):
                            await written.wait()
            finally:
                self.is_over = True
                self._tell()
                if self._publishing is not None:
                    self._publishing.cancel()

    def _tell(self) -> None:
        done, self.changed = self.changed, asyncio.get_running_loop().create_future()
        done.set_result(None)

    def _look(self, *, is_written: bool) -> None:
        run = self.run
        try:
            if is_written or run is None or not self._engine.is_following(self._id):
                self._read()
            elif run.status.is_active:
                self.panel.take_head(self._engine, run)
            else:
                self._read()
        except UnknownName:
            self.run, self.is_over = None, True
        except StoreUnavailable as error:
            if run is not None:
                self.panel.take_head(self._engine, run, trouble=str(error))

    def _read(self) -> None:
        news = read_news(self._engine.store, self._id, self._place)
        self._is_new_epoch |= bool(news.epochs) or news.is_anew
        if news.is_anew:
            self._urls = {}
        moves = is_moving(self._engine, news.run)
        self.panel.take(self._engine, news)
        self.run, self._place = news.run, news.place
        self.is_over = not moves

    def _is_publishing(self) -> bool:
        return self._publishing is not None and not self._publishing.done()

    def _is_to_publish(self) -> bool:
        return (self._is_new_epoch or self._is_net_missing) and not self._is_publishing()

    async def _publish(self) -> None:
        """Make the nets of new epochs; a worker may be asked for one, and what the run tells does not wait for that."""
        await asyncio.get_running_loop().run_in_executor(_publishers, self._make_nets)
        self._published = asyncio.get_running_loop().time()
        self._tell()

    def _make_nets(self) -> None:
        """Make the nets of new epochs, which browsers fetch by their addresses, and name them."""
        run, store, urls = self.run, self._engine.store, self._urls
        if run is None or self.is_over:  # then the page is drawn anew, with all of them
            return
        try:
            epochs = kept_epochs(store, run.id)
            for epoch in epochs:
                if epoch not in urls:
                    urls[epoch] = net_url(net_of_run(self._engine, run, epoch))
            if urls is self._urls:
                self.panel.take_stops([{"title": f"Epoch {epoch}", "url": urls[epoch]} for epoch in epochs])
        except NotInBrowser:
            pass  # nor is any other epoch of it
        except CnnvizError:  # a worker that is busy, or an epoch that was dropped just now
            self._is_net_missing = True  # it is tried again: there may be no further epoch for long

    def _patience(self) -> float:
        if self._is_publishing() or self._is_to_publish():
            return PUBLISH_SECONDS
        if self.run is None or (self.run.status.is_active and not self._engine.is_following(self._id)):
            return ELSEWHERE_SECONDS
        if self.run.status is Status.PAUSED:
            return PAUSED_SECONDS
        return LOOK_SECONDS if self.run.status.is_active else ENDING_SECONDS


class FollowedRuns:
    """The runs that have viewers; `engine()` gives the engine of this server."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._runs: dict[str, tuple[FollowedRun, asyncio.Task[None], list[object]]] = {}

    @asynccontextmanager
    async def viewed(self, run_id: str) -> AsyncIterator[FollowedRun]:
        """Follow a run for a viewer, together with those who look at it already."""
        viewer = object()
        known = self._runs.get(run_id)
        if known is None or known[0].is_over:
            run = FollowedRun(self._engine(), run_id)
            known = self._runs[run_id] = run, asyncio.create_task(_logged(run)), []
        known[2].append(viewer)
        try:
            yield known[0]
        finally:
            known[2].remove(viewer)
            if not known[2]:
                known[1].cancel()
                if self._runs.get(run_id) is known:
                    del self._runs[run_id]


async def _logged(run: FollowedRun) -> None:
    try:
        await run.keep_up()
    except Exception:
        logger.exception("A run is not followed any more")

"""The end of a run is told also where it comes while a viewer is just being told of what was before."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from cnnviz.access.visitor import OPERATOR
from cnnviz.web.live.panel import Told
from cnnviz.web.live.route import tell_viewer


class _Followed:
    """A run that ends, in another thread, once the message before its last one is made."""

    def __init__(self) -> None:
        self.run: Any = SimpleNamespace(owner=OPERATOR.id, sharing=None)
        self.is_over = False
        self.changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.panel = self
        self._messages = ["before", "the end"]

    def message(self, told: Told) -> tuple[str, Told]:
        if self._messages and not self.is_over:
            self.is_over = True
            self.changed.set_result(None)
            return self._messages.pop(0), told
        return (self._messages.pop(0) if self._messages else ""), told


class _Socket:
    """Takes what is told; its browser never leaves."""

    def __init__(self) -> None:
        self.told: list[object] = []

    async def receive(self) -> None:
        await asyncio.Event().wait()

    async def send_text(self, text: str) -> None:
        self.told.append(text)

    async def close(self, code: int) -> None:
        self.told.append(code)


def test_what_ends_while_somebody_is_told_of_it_is_told_to_its_end() -> None:
    async def told() -> list[object]:
        socket: Any = _Socket()
        followed: Any = _Followed()
        await tell_viewer(socket, followed, OPERATOR, Told())
        return socket.told

    with ThreadPoolExecutor(1) as thread:  # here a browser of other tests may have its loop
        said = thread.submit(lambda: asyncio.run(told())).result()
    assert said == ["before", "the end", 1000]

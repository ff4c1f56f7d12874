"""The server's life: what ends with it, and what it finds again."""

import re
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.curves import positions, wait_until_curve
from tests.helpers import until
from tests.processes import open_ports

END_SECONDS = 60  # it takes about three, and on a busy machine longer
BATCHES = 45  # of 32 of the 1,437 digits
STRIDE = 5  # of 200 epochs' 9,000 batches at most 2,000 are points


def _start_training(page: Page, url: str) -> str:
    """Launch one that takes minutes; returns the page's address once it has finished an epoch."""
    page.goto(f"{url}/training")
    page.get_by_role("slider", name="Epochs").press("End")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text(re.compile(r"Epoch [2-9]\d* of 200"))).to_be_visible(timeout=NETS_PATIENCE)
    return page.url


@pytest.mark.usefixtures("own_cluster")
@pytest.mark.parametrize("kill", [signal.SIGTERM, signal.SIGKILL])
def test_closing_the_server_ends_all_children_and_a_new_one_finds_the_run(
    page: Page, start_server: Callable, tmp_path: Path, kill: signal.Signals
) -> None:
    server = start_server(tmp_path)
    link = _start_training(page, server.url)
    family = psutil.Process(server.process.pid).children(recursive=True)
    assert len(family) >= 2
    server.process.send_signal(kill)
    _, alive = psutil.wait_procs(family, timeout=END_SECONDS)
    assert not alive
    server.close()

    start_server(tmp_path, server.port)
    page.goto(link)
    expect(page.get_by_text("The server that ran this training ended").first).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    place = page.get_by_text(re.compile(r"Epoch \d+ of 200"))
    expect(place).to_be_visible(timeout=NETS_PATIENCE)
    epoch = int(re.search(r"Epoch (\d+) of 200", place.inner_text()).group(1))
    assert epoch >= 2  # it went on from a saved epoch
    wait_until_curve(page, "x.at(-1) > bound", epoch + 1)
    curve = positions(page)
    steps = [after - before for before, after in pairwise([0.0, *curve])]
    assert min(steps) > 0  # no batch twice
    assert max(steps) < (STRIDE + 0.5) / BATCHES  # none is missing
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped by hand")).to_be_visible(timeout=NETS_PATIENCE)


@pytest.mark.usefixtures("own_cluster")
def test_only_the_pages_can_be_reached_from_other_machines(start_server: Callable, tmp_path: Path) -> None:
    server = start_server(tmp_path)
    until(
        lambda: len({pid for pid, *_ in open_ports(server.process.pid)}) == 3
    )  # the server, the scheduler, the worker
    outside = {port for _, host, port in open_ports(server.process.pid) if host not in ("127.0.0.1", "::1")}
    assert outside == {server.port}
    server.close()

"""Nets by the hash of their content: sent once, kept for ever, and nothing else of the disk."""

import asyncio
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.runs.folders import WITHDRAWN
from cnnviz.runs.store import RunStore
from cnnviz.web import nets

RUN = "abc123"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    return RunStore(tmp_path)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[nets.route]))


@pytest.mark.parametrize(("name", "ending"), [("net-end", ""), ("images-500", ".images")])
def test_what_was_published_arrives_and_need_not_be_asked_for_again(
    store: RunStore, client: TestClient, name: str, ending: str
) -> None:
    url = nets.net_url(store.publish(RUN, name, b"content"))
    assert url.endswith(ending)
    answer = client.get(url)
    assert (answer.status_code, answer.content) == (200, b"content")
    assert "immutable" in answer.headers["cache-control"]
    again = client.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/nets/" + "0" * 64,
        "/nets/" + "0" * 63,
        "/nets/..%5Cruns.db",
        "/nets/net-end",
        "/nets/" + "A" * 64,
        "/nets/" + "0" * 64 + ".images.partial",
        "/nets/" + "0" * 64 + "%0A",
    ],
)
def test_anything_else_is_not_found_and_told_in_a_sentence(store: RunStore, client: TestClient, path: str) -> None:
    store.publish(RUN, "net-end", b"content")
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.text == WITHDRAWN
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/nets/..%2Fruns.db", "/nets/%2E%2E%2Fruns.db", "/nets//etc/passwd"])
def test_no_way_leads_out_of_the_folder(store: RunStore, client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404  # no route at all: a name has no "/"


def test_a_slow_disk_holds_up_nobody_else(store: RunStore, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the event loop looks at it, which all pages and routes share."""
    looked = []

    def is_file(path: Path) -> bool:
        looked.append(path)
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return path.exists()

    url = nets.net_url(store.publish(RUN, "net-end", b"content"))
    monkeypatch.setattr(Path, "is_file", is_file)
    assert client.get(url).content == b"content"
    assert looked


def test_a_net_is_gone_with_its_run(store: RunStore, client: TestClient) -> None:
    url = nets.net_url(store.publish(RUN, "net-end", b"content"))
    store.delete_files(RUN)
    assert client.get(url).status_code == 404

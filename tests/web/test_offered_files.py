"""Files that pages offer: what their route gives, until when, and what it says where there is none."""

import gc
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.errors import UnknownName
from cnnviz.web import offered_files
from cnnviz.web.offered_files import FAILED, MOST_OFFERED, NOT_OFFERED, OfferedFile, offer_file, offered_file


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[offered_files.route]))


def _raise(error: Exception) -> Callable[[], bytes]:
    def write() -> bytes:
        raise error

    return write


def test_a_file_is_given_whole_under_its_name_each_time_and_made_anew(client: TestClient) -> None:
    made = iter((b"\0first", b"second"))
    session: dict[str, OfferedFile] = {}
    url = offer_file(session, "here", "größte – 1.csv", lambda: next(made))
    for content in (b"\0first", b"second"):
        answer = client.get(url)
        assert answer.content == content
        assert answer.headers["cache-control"] == "no-store"
        name = answer.headers["content-disposition"].removeprefix("attachment; filename*=utf-8''")
        assert unquote(name) == "größte – 1.csv"


def test_what_is_offered_at_the_same_place_again_keeps_its_address(client: TestClient) -> None:
    session: dict[str, OfferedFile] = {}
    url = offer_file(session, "here", "a.txt", lambda: b"before")
    assert offer_file(session, "there", "a.txt", lambda: b"other") != url
    assert offer_file(session, "here", "b.txt", lambda: b"after") == url
    assert client.get(url).content == b"after"


def test_what_goes_wrong_is_a_sentence(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    session: dict[str, OfferedFile] = {}
    url = offer_file(session, "here", "a.txt", _raise(UnknownName("There is no run 'abc'.")))
    answer = client.get(url)
    assert (answer.status_code, answer.json()) == (422, {"problem": "There is no run 'abc'."})
    offer_file(session, "here", "a.txt", _raise(ZeroDivisionError("a secret")))
    answer = client.get(url)
    assert (answer.status_code, answer.json()) == (422, {"problem": FAILED})
    assert "a secret" in caplog.text


def test_offers_end_with_the_session_and_the_oldest_make_room(client: TestClient) -> None:
    session: dict[str, OfferedFile] = {}
    urls = [offer_file(session, str(place), "a.txt", lambda: b"a") for place in range(MOST_OFFERED + 1)]
    assert offered_file(urls[0]) is None
    assert client.get(urls[1]).status_code == 200
    offer_file(session, "1", "a.txt", lambda: b"a")  # is drawn again, and the newest now
    offer_file(session, "one more", "a.txt", lambda: b"a")
    assert [offered_file(url) is not None for url in urls[1:4]] == [True, False, True]
    session.clear()
    gc.collect()
    answer = client.get(urls[1])
    assert (answer.status_code, answer.json()) == (404, {"problem": NOT_OFFERED})
    assert client.get("/files/nothing").status_code == 404

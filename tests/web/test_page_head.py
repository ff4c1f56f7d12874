"""Scripts and styles of our own in Streamlit's page, put into a small ASGI app, through Starlette's own test client."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from cnnviz.web.page_head import PageHead

PAGE = f"<!DOCTYPE html><html><head><title>x</title></head><body>{'ä' * 800}</body></html>"
FONT = '<link rel="preload" href="/fonts/ours.woff2" as="font">'
NAVIGATION = {"Accept": "text/html,*/*;q=0.8"}


def _client(folder: Path, script: str = "let first = 1;", styles: Sequence[Path] = ()) -> TestClient:
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site" / "index.html").write_text(PAGE, "utf-8")
    (folder / "site" / "text.txt").write_text("<head>")
    (folder / "one.js").write_text(script)

    async def data(_request: object) -> JSONResponse:
        return JSONResponse({"text": "<head>"})

    routes = [Route("/data", data), Mount("/", StaticFiles(directory=folder / "site", html=True))]
    middleware = [
        Middleware(PageHead, scripts=[folder / "one.js"], styles=styles, font=FONT.encode()),
        Middleware(GZipMiddleware),
    ]
    return TestClient(Starlette(routes=routes, middleware=middleware), headers=NAVIGATION)


def test_a_page_runs_the_script_before_all_else_and_says_its_true_length(tmp_path: Path) -> None:
    answer = _client(tmp_path).get("/")
    assert answer.text == PAGE.replace("<head>", "<head><script>\nlet first = 1;</script>")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "content-encoding" not in answer.headers


def test_what_only_asks_for_a_page_s_headers_is_told_the_same_length(tmp_path: Path) -> None:
    client = _client(tmp_path)
    head, whole = client.head("/"), client.get("/")
    assert head.content == b""
    assert [head.headers[name] for name in ("content-length", "etag")] == [
        whole.headers[name] for name in ("content-length", "etag")
    ]


@pytest.mark.parametrize("path", ["/text.txt", "/data"])
def test_what_is_no_page_stays_as_it_is(tmp_path: Path, path: str) -> None:
    assert "script" not in _client(tmp_path).get(path).text


def test_a_browser_that_has_this_very_page_is_not_sent_it_again(tmp_path: Path) -> None:
    client = _client(tmp_path)
    tag = client.get("/").headers["etag"]
    again = client.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_a_browser_that_has_the_page_with_another_script_or_none_gets_it_anew(tmp_path: Path) -> None:
    other = _client(tmp_path, "let second = 2;").get("/").headers
    client = _client(tmp_path)
    bare = TestClient(Starlette(routes=[Mount("/", StaticFiles(directory=tmp_path / "site", html=True))]))
    for known in (other, bare.get("/").headers):
        asked = {"If-None-Match": known["etag"], "If-Modified-Since": known["last-modified"]}
        assert "first" in client.get("/", headers=asked).text


def test_our_typeface_comes_early_in_the_place_of_streamlit_s(tmp_path: Path) -> None:
    client = _client(tmp_path)
    theirs = '<link\n rel="preload"\n href="./theirs.woff2"\n as="font"\n crossorigin\n/>'
    (tmp_path / "site" / "index.html").write_text(PAGE.replace("<title>", f"{theirs}<title>"), "utf-8")
    head, whole = client.head("/"), client.get("/")
    assert "theirs" not in whole.text
    assert f"</script>{FONT}<title>" in whole.text
    assert head.headers["content-length"] == whole.headers["content-length"] == str(len(whole.content))


def test_a_style_stands_in_the_head_before_all_that_streamlit_says(tmp_path: Path) -> None:
    style = tmp_path / "frame.css"
    style.write_text("h1 { padding: 0 }")
    assert (
        "<head><script>\nlet first = 1;</script><style>\nh1 { padding: 0 }</style>"
        in _client(tmp_path, styles=[style]).get("/").text
    )

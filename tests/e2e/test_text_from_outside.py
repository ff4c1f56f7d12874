"""What comes from outside, in a real browser: Streamlit's Markdown shows each letter, and makes nothing of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cnnviz.bench.harness import PROJECT, Server

TEXTS = [
    *("![x](http://h/p.png)", "[a](b)", "[a][b]", "[^1]", "[x]: http://h", "![x](data:image/png;base64,xx)", "!x"),
    *("a_b*c*", "_a_", "__init__", "a__b__c", "a_b_c", "snake_case_ x", "*** x ***", "___", "***", "---", "ä_b_ü"),
    *("<b>bold", "<img src=x onerror=alert(1)>", "<!-- c -->", "2 < 3 -> ok", "a -> b <- c >= d <= e -- f <-> g ~= h"),
    *("$x$ and $y$", "$$x$$", "~~x~~", "~x~", "~~~", "x^2^ H~2~O", "`code`", "``code``", "```py", "==x==", "=", "a\\b"),
    *(
        ":red[x]",
        "x:red[y]",
        "é:red[x]",
        "a::red[b]",
        "::name[x]",
        ":::name",
        ":blue-badge[x]",
        "{.x}",
        ":material/home:",
    ),
    *(
        ":streamlit:",
        ":smile:",
        "a :smile: b",
        "2:30:material",
        "&lt;b&gt; &amp; &#60; & x",
        "| a | b |",
        "\\*a\\*",
        "end\\",
    ),
    *("# head", "#tag", "- list", "+ a", "> q", "1. one", "123. one", "1) x", "12) x", "1986. A", "1.5", "10."),
    *("http://evil.example/p", "www.evil.example", "WWW.Evil.example", "me@evil.example", "<http://e.example>"),
    *("ftp://e.example", "xmpp:me@x.org", "mailto:me@x.org", "HTTPS://A.B", "https://user:pw@host/p?x=1&copy=2"),
    "Received: input=(1, 1, 64), b'II*'",
]
SCRIPT = f"""
import streamlit as st
from cnnviz.text.markup import as_markdown

for number, text in enumerate(map(as_markdown, {TEXTS!r})):
    with st.container(key=f"text{{number}}"):
        st.markdown(text)
        st.markdown(f"so {{text}} so")
        st.markdown(f"**{{text}}** so")
        st.radio(text, [text])
with st.container(key="end"):
    st.text("end")
"""
MADE = {"STRONG", "A", "IMG", "EM", "CODE", "PRE", "DEL", "LI", "H1", "H2", "H3", "HR", "TABLE", "SPAN", "BLOCKQUOTE"}
PARTS = (
    "nodes => nodes.map(node => [node.innerText, [...new Set([...node.querySelectorAll('*')].map(e => e.tagName))]])"
)


@pytest.fixture
def shown(page: Page, tmp_path: Path) -> Iterator[Page]:
    script = tmp_path / "texts.py"
    script.write_text(f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{SCRIPT}")
    server = Server(tmp_path, script=script).wait_until_up()
    page.goto(server.url)
    page.locator(".st-key-end").wait_for()
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    expect(page.locator(".stRadio p")).to_have_count(2 * len(TEXTS))  # controls come after all text
    yield page
    server.close()


def test_every_letter_is_shown_and_nothing_is_made_of_it(shown: Page) -> None:
    wrong = []
    for number, text in enumerate(TEXTS):
        wanted = [(text, set()), (f"so {text} so", set()), (f"{text} so", {"STRONG"}), (text, set()), (text, set())]
        parts = shown.locator(f".st-key-text{number} .stMarkdown, .st-key-text{number} .stRadio p").evaluate_all(PARTS)
        seen = [(words.replace("\u2060", "").strip(), set(tags) & MADE) for words, tags in parts]
        wrong += [(text, seen)] if seen != wanted else []
    assert wrong == []

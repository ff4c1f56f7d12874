"""One HTML file: its text, its styles, and packed in it the scripts and bytes that make it alive."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cnnviz.components.bundle import ASSETS, COMPONENTS, script, style
from cnnviz.reports.html.elements import escaped

REPORTS = ASSETS / "reports"
ENTRY = "cnnvizReport"
"""The global variable that a report's script becomes: called with the page as JSON and the other files."""

POLICY = (
    "default-src 'none'; script-src 'sha256-{start}' blob: 'wasm-unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; connect-src blob:; worker-src blob:; media-src blob:; base-uri 'none'; form-action 'none'"
)
"""Nothing is asked of any host. `blob:` is what the file holds itself."""

COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
COMMENT_IN_TEXT = re.compile(r'(?<!\\)\\n[ \t]*//(?:\\[^n]|[^\\"\n])*')
"""The same in the text of a worker, which is a string of the script: its ends of lines are written as two letters."""

PAGE = """<!doctype html>
<!-- Made by cnnviz. Text and tables are plain; scripts, weights and images are packed (deflate, base85) at the end. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>{body}</main>
{files}
<script>{start}</script>
</body>
</html>
"""


def document(title: str, body: str, *, name: str, page: Any, parts: Iterable[str], files: Mapping[str, bytes]) -> bytes:
    """Write a report.

    Parameters
    ----------
    title, body : str
        Plain text; HTML.
    name : str
        Its script, `assets/reports/NAME.js`.
    page : JSON
        What the script is given, beside the HTML and the styles of its parts.
    parts : iterable of str
        The components that it shows, folders of `assets/components`.
    files : mapping of str to bytes
        Nets and images.

    Returns
    -------
    bytes
        The file, in UTF-8.
    """
    start = (REPORTS / "start.js").read_text("utf-8")
    given = {**page, "parts": {part: _part(part) for part in parts}}
    packed = {
        "code": _code(name),
        "page": json.dumps(given, separators=(",", ":"), allow_nan=False).encode(),
        **files,
    }
    return PAGE.format(
        policy=escaped(POLICY.format(start=_hash(start))),
        title=escaped(title),
        style=_page_style(),
        body=body,
        files="\n".join(_packed(key, content) for key, content in packed.items()),
        start=start,
    ).encode()


@cache
def _code(name: str) -> bytes:
    """The script of a report, without the lines that are comments alone: they are a seventh of it."""
    return COMMENT_IN_TEXT.sub("", COMMENT.sub("", script(REPORTS / f"{name}.js", ENTRY))).encode()


def _packed(key: str, content: bytes) -> str:
    """Pack a file as text: base 85, a fifteenth shorter than base 64, with "," for its one sign that is markup."""
    text = base64.b85encode(zlib.compress(content, 9)).decode().replace("<", ",")
    return f'<script type="application/octet-stream" data-file="{escaped(key)}">{text}</script>'


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _page_style() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ASSETS / "style" / "scale.css", REPORTS / "report.css"))


@cache
def _part(name: str) -> dict[str, str]:
    """A component as its place in a report needs it."""
    html = (COMPONENTS / name / "component.html").read_text("utf-8")
    return {"html": html, "css": style(name) + (REPORTS / "part.css").read_text("utf-8")}

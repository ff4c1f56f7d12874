"""Text from outside as it was written, where a renderer would else read markup in it: Streamlit's Markdown, plotly.

From outside are the names of classes, files, nets and layers, what stands in a link, and error messages that repeat it:
a picture in one of them would be fetched from its host as soon as the page is shown.
"""

import html
import re
import unicodedata

_MARKS = re.compile(
    r"[\\`*\[\]<$~]"  # wherever they stand
    r"|(?<![^\W_])_|_(?![^\W_])"  # but not inside of a word, as in conv_1
    r"|:(?=[^\W_])|&(?=[#\w])"  # :red[x], :material/home:, &lt;
    r"|^[-+#>=|]"  # which begin a list, a heading, a quotation
)
_JOINTS = re.compile(
    r"(?<=:)(?=//|material|[\w+-]+:)"  # http://, :material/home:, :smile:
    r"|(?<=www)(?=\.)|(?=@)|(?<=xmpp)(?=:)"
    r"|(?<=[<>~-])(?=[>=-])"  # ->
    r"|^(?=\d+[.)](?:\s|$))",  # the number of a list
    re.IGNORECASE,
)
"""Where a word joiner, which nobody sees, has to part what Streamlit changes although it was escaped."""

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def as_markdown(text: object) -> str:
    """Write a text so that Streamlit's Markdown shows it letter by letter, in one line.

    Control characters, and those that turn the direction of what follows, become the sign for what cannot be shown.
    """
    return _MARKS.sub(r"\\\g<0>", _JOINTS.sub("\u2060", one_line(text)))


def as_plotly(text: object) -> str:
    """Write a text so that plotly shows it letter by letter: in a title, a label, a category, a hover template."""
    return html.escape(one_line(text), quote=False).replace("%{", "&#37;{")


def one_line(text: object) -> str:
    """Give a text without line breaks and without what would hide or turn its letters."""
    return "".join("\ufffd" if is_unsafe(letter) else letter for letter in " ".join(str(text).split()))


def is_unsafe(letter: str) -> bool:
    """Whether a letter is none: a control character, or one that turns the direction of what follows."""
    return letter in _DIRECTIONS or unicodedata.category(letter) == "Cc"

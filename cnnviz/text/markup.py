"""Text from outside as it was written, where more would else be read in it: by Markdown, plotly or a terminal.

From outside are the names of classes, files, nets and layers, what stands in a link, and error messages that repeat it:
a picture in one of them would be fetched from its host as soon as the page is shown.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

_MARKS = re.compile(
    r"[\\`*\[\]<$~]"  # wherever they stand
    r"|(?<![^\W_])_|_(?![^\W_])"  # but not inside of a word, as in conv_1
    r"|:(?=[^\W_])|&(?=[#\w])"  # :red[x], :material/home:, &lt;
    r"|^[-+#>=|]"  # which begin a list, a heading, a quotation
)
_PLAIN_MARKS = re.compile(
    r"[\\`*\[\]<$]|(?<!/)~"  # notebooks read formulas between $; addresses have /~
    r"|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])|^[-+#>=|]"
    r"|(?:(?<=^\d)|(?<=^\d\d)|(?<=^\d{3})|(?<=^\d{4}))[.)](?=\s|$)"  # of a list
)
_JOINTS = re.compile(
    r"(?<=:)(?=//|material|[\w+-]+:)"  # http://, :material/home:, :smile:
    r"|(?<=www)(?=\.)|(?=@)|(?<=xmpp)(?=:)"
    r"|(?<=[<>~-])(?=[>=-])"  # ->
    r"|^(?=\d+[.)](?:\s|$))",  # the number of a list
    re.IGNORECASE,
)
"""Where a word joiner, which nobody sees, has to part what Streamlit changes although it was escaped."""

MAX_NAME = 60  # letters of a name in a sentence
KEPT_END = 20  # of a longer one, because many begin alike, and paths end with what tells them apart
MAX_WORD = 120  # letters of a word in a sentence

_COMMANDS = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
"""What terminals obey (ECMA-48, and as XTerm does it): colours, moves of the cursor, titles of the window."""

_SPACES = re.compile(r"[^\S\N{NARROW NO-BREAK SPACE}]+")
"""Of which one is left; the narrow space of a number keeps its unit beside it."""

INVISIBLE = "\u00ad\u200b\u2060\ufeff"
"""Letters that nobody sees and no word needs: soft hyphen, zero width space, word joiner, byte order mark."""

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def as_markdown(text: object) -> str:
    """Write a text so that Streamlit's Markdown shows it letter by letter, in one line.

    Control characters, and those that turn the direction of what follows, become the sign for what cannot be shown.
    """
    return _MARKS.sub(r"\\\g<0>", _JOINTS.sub("\u2060", one_line(text)))


def as_plain_markdown(text: object) -> str:
    """Write a text so that a Markdown file shows it letter by letter, in one line (CommonMark); addresses stay."""
    return _PLAIN_MARKS.sub(r"\\\g<0>", one_line(text))


def as_plotly(text: object) -> str:
    """Write a text so that plotly shows it letter by letter: in a title, a label, a category, a hover template."""
    return html.escape(one_line(text), quote=False).replace("%{", "&#37;{")


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_cell(text: str) -> str:
    """Write a text for a table: what a spreadsheet would compute gets an apostrophe, so that it shows the letters."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def from_cell(text: str) -> str:
    """Give the text that `as_cell` has written."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def one_line(text: object) -> str:
    """Give a text without line breaks and without what would hide or turn its letters."""
    return "".join("\ufffd" if is_unsafe(letter) else letter for letter in _SPACES.sub(" ", str(text)).strip())


def as_name(text: object, most: int = MAX_NAME) -> str:
    """Write a name from outside for a sentence, a list or a table: its letters in one line, at most so many.

    Control characters (line breaks too), what a terminal would obey, and what turns the direction of what follows is
    left out. A longer name loses its middle.
    """
    letters = as_terminal(text).replace("\n", "")
    return _without_middle(_SPACES.sub(" ", letters).strip(), most)


def as_names(names: Iterable[object], shown: int = 5) -> str:
    """Write the first few of these names, as `as_name` does each."""
    return ", ".join(map(as_name, islice(names, shown)))


def as_sentence(text: object) -> str:
    """Write a sentence from outside, such as an error, in one line: as `as_name`, but only words may be too long."""
    return " ".join(_without_middle(word, MAX_WORD) for word in _SPACES.split(as_terminal(text).strip()))


def as_terminal(text: object) -> str:
    """Write a text of several lines so that a terminal shows its letters, and obeys nothing in it but line breaks."""
    letters = (letter for letter in _COMMANDS.sub("", str(text)) if letter not in INVISIBLE)
    return "".join(letter for letter in letters if letter == "\n" or not is_unsafe(letter))


def is_unsafe(letter: str) -> bool:
    """Whether a letter is none: a control character, half of one, or one that turns the direction of what follows."""
    return letter in _DIRECTIONS or unicodedata.category(letter) in ("Cc", "Cs")


def _without_middle(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - KEPT_END - 1]}…{text[-KEPT_END:]}"

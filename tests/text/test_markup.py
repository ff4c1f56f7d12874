import pytest

from cnnviz.text.markup import as_markdown, as_plain_markdown, as_plotly, is_unsafe


def test_a_plain_sentence_stays_as_it_is() -> None:
    text = "Conv 'conv_1' turns 2 x 3 into 0 x 0: use padding 'same', or 10.5 % of (a, b). Received: kernel=5."
    assert as_markdown(text) == text
    assert as_plotly(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a*b*", r"a\*b\*"),
        ("_a_ b_c", r"\_a\_ b_c"),
        ("![x](y)", r"!\[x\](y)"),
        (":red[x]", r"\:red\[x\]"),
        ("$x$", r"\$x\$"),
        ("<b>", r"\<b>"),
        ("- a - b", r"\- a - b"),
        ("a\n\n    b", "a b"),
        (7, "7"),
    ],
)
def test_what_markdown_would_read_as_markup_is_escaped(text: object, written: str) -> None:
    assert as_markdown(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http://a.b/~me", "http://a.b/~me"),
        (":material/home: ->", ":material/home: ->"),
        ("*a* <b> `c`", r"\*a\* \<b> \`c\`"),
        ("$x$ ~~y~~", r"\$x\$ \~\~y\~\~"),
        ("2026. begins", r"2026\. begins"),
        ("1.5 begins", "1.5 begins"),
    ],
)
def test_a_file_of_markdown_keeps_addresses_and_escapes_marks_of_its_own(text: str, written: str) -> None:
    assert as_plain_markdown(text) == written


def test_plotly_gets_its_markup_and_its_templates_as_text() -> None:
    assert as_plotly("<b>a & b</b><br>%{x}") == "&lt;b&gt;a &amp; b&lt;/b&gt;&lt;br&gt;&#37;{x}"


@pytest.mark.parametrize("letter", ["\0", "\x1b", "\x7f", "\u202e", "\u2066", "\u200f"])
def test_a_letter_that_hides_or_turns_others_is_shown_as_unknown(letter: str) -> None:
    assert is_unsafe(letter)
    assert as_markdown(f"a{letter}b") == as_plotly(f"a{letter}b") == "a\ufffdb"


@pytest.mark.parametrize("name", ["Äpfel", "犬", "کتاب‌ها", "👩‍🌾", "naïve"])  # two of them hold joiners
def test_letters_of_any_language_are_letters(name: str) -> None:
    assert as_markdown(name) == as_plotly(name) == name


def test_the_narrow_space_before_a_unit_stays_and_no_line_breaks_there() -> None:
    assert as_markdown("99.5\u202f%  \n now ") == "99.5\u202f% now"

"""What is said of a link that names what there is not."""

from cnnviz.text.links import link_problem


def test_one_sentence_says_what_a_link_names_what_is_done_for_it_and_what_could_stand_there() -> None:
    assert link_problem("a preset", "another one is shown", expected="a, b", received="c" * 100) == (
        f"The link names a preset that does not exist, so another one is shown. Expected: a, b. Received: {'c' * 80}."
    )
    said = link_problem("an epoch", "the net is shown as it ended", lack="is not kept")
    assert said == "The link names an epoch that is not kept, so the net is shown as it ended."

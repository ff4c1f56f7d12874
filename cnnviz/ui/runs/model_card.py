"""The model card of a run: its owner answers a few questions, others read what was answered."""

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.reports.card import MAX_ANSWER, PROMPTS, card_text, evidence, read_card, write_card
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import KEPT, as_part

PURPOSE = (
    "What whoever uses this net has to know, in your words: it goes along with the notebook, the report and the file "
    "Model card."
)
SAVED = "card_saved"
LOW, HIGH = 110, 200  # pixels of a field, and of one as high as what stands beside it


def show_model_card(run: Run) -> None:
    """Show the card folded: to be written by who may change the run, else to be read, if there is something to read."""
    is_own = may_change(current_visitor(), run)
    text = "" if is_own else card_text(services.store(), run, write=as_markdown)
    if not is_own and not text:
        return
    with st.expander("Model card", icon=":material/badge:", key=f"card-{run.id}"):
        if is_own:
            as_part(_write)(run)
        else:
            st.markdown(_without_title(text))


def _without_title(text: str) -> str:
    """The card for a page, whose headings are smaller and which says above of what run it is."""
    return text.partition("\n\n")[2].replace("## ", "##### ")


def _write(run: Run) -> None:
    store = services.store()
    kept, shown = read_card(store, run.id), evidence(store, run)
    st.caption(PURPOSE)
    answers = {}
    for key, prompt in PROMPTS.items():
        field = f"card-{run.id}-{key}"
        st.session_state.setdefault(field, kept.get(key, ""))
        written, beside = st.columns([3, 2]) if key == "failures" and shown else (st.container(), None)
        with written:
            answers[key] = st.text_area(
                prompt.question,
                key=field,
                placeholder=prompt.hint,
                max_chars=MAX_ANSWER,
                height=LOW if beside is None else HIGH,
                **KEPT,
            )
        if beside is not None:
            beside.caption("Its test images show:\n" + "\n".join(f"- {as_markdown(one)}" for one in shown))
    with st.container(horizontal=True, vertical_alignment="center"):
        is_new = {key: text.strip() for key, text in answers.items() if text.strip()} != kept
        if st.button("Keep the card", type="primary", disabled=not is_new, key=f"card-{run.id}-keep"):
            write_card(store, run.id, answers, by=current_visitor())
            st.session_state[SAVED] = run.id
            st.rerun()  # the menu of files has it now
        if st.session_state.get(SAVED) == run.id and not is_new:
            st.caption(":material/check: Kept with the run.")

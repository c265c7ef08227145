"""The part of Models that brings a model from the hub: what it costs first, then the files."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.models.hub_plan import megabytes, plan_sentence
from jobs.visitor_jobs import Slot
from pages.models.code_consent import ask_for
from pages.search.others_work import others_work
from state import url_state
from state.ended_jobs import is_news
from state.models import code_consent as code_desk
from state.models import hub_downloads
from state.permissions import Act, refusal
from state.polling import redraw_while


def hub_part() -> None:
    """Draw the part; nothing is asked of the hub before a button is pressed."""
    st.markdown(
        "The hub is asked only when you press the button. Configuration, tokenizer and "
        "safetensors are taken, never pickled weights. Python code of a model is neither taken nor "
        "run unless you allow it for that model, after a warning."
    )
    if refused := refusal(Act.MODEL):
        notice(refused)
        return
    name, ask = st.columns([3, 1], vertical_alignment="bottom")
    model_name = name.selectbox(
        "Model on the hub",
        hub_downloads.suggested(),
        accept_new_options=True,
        key="hub_name",
        help="Choose one, or type another name such as owner/model.",
    )
    looking = hub_downloads.looked_up()
    bringing = hub_downloads.bringing()
    busy = hub_downloads.busy()
    if ask.button(
        "What would it bring?",
        key="hub_look_up",
        disabled=busy,
        help="Wait for what is being looked up or downloaded." if busy else None,
        width="stretch",
    ):
        hub_downloads.look_up(str(model_name or ""))
        st.rerun()
    others_work(Slot.HUB_DOWNLOAD)
    if busy:
        if not redraw_while(hub_downloads.busy, waiting):
            st.rerun()  # it ended since this looked
    elif bringing is not None and bringing.value is None and is_news(bringing):
        if bringing.error is not None:
            error(url_state.error_message(bringing.error))
        else:
            notice("Cancelled: what was brought is kept. Ask again to resume.")
    elif bringing is not None and bringing.value is not None:
        notice("It is here now: add it above as a cross-encoder, by its name.")
    elif looking is not None and looking.error is not None:
        if is_news(looking):
            error(url_state.error_message(looking.error))
    elif looking is not None and looking.value is not None:
        plan = looking.value
        text = plan_sentence(
            plan.name,
            size=plan.total,
            present_bytes=plan.present_bytes,
            free=plan.free_bytes,
            licence=plan.licence,
            files=len(plan.files),
            fits=plan.fits,
        )
        notice(text)
        if plan.need is not None and not code_desk.allowed(plan.need):
            with st.expander("It has Python code of its own, which is left out"):
                ask_for(plan.need)
        elif plan.need is not None and not plan.brings_code:
            hub_downloads.look_up(plan.name)
            st.rerun()
        remaining_size = megabytes(plan.total - plan.present_bytes)
        if plan.total == plan.present_bytes:
            st.caption("All of it is here.")
        elif plan.fits and st.button(f"Download {plain(remaining_size)}", key="hub_bring"):
            hub_downloads.bring(plan)
            st.rerun()


def waiting() -> None:
    """The progress of what is looked up or downloaded."""
    bringing, looking = hub_downloads.bringing(), hub_downloads.looked_up()
    if bringing is not None and bringing.running:
        job_progress(
            bringing.progress,
            key="hub_cancel",
            cancel=bringing.cancel,
            cancelled=bringing.cancelled,
        )
    elif looking is not None and looking.running:  # a hub that does not answer is not waited for
        job_progress(looking.progress, key="hub_cancel", cancel=hub_downloads.leave)

"""Work in the background as a page shows it while it goes on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.common.job_progress import job_progress
from jobs.job import Job
from jobs.shared_jobs import SharedJob
from state.polling import redraw_while


def job_shown(job: Job[Any] | SharedJob[Any], *, key: str | None = None) -> None:
    """Draw how far a running job is, until it ended; then the whole page is drawn, once.

    One that ended since the page looked has the page drawn anew at once: nothing else would.
    `key` is that of the button that cancels it; without one there is no button.
    """
    if not redraw_while(
        lambda: job.running,
        lambda: job_progress(
            job.progress,
            key=key or "",
            cancel=job.cancel if key else None,
            cancelled=job.cancelled,
        ),
    ):
        st.rerun()

"""A job that ends just after a page looked at it does not leave the page as it was."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from jobs.progress import Progress
from tests.pages.driver import PATIENCE


class EndsMeanwhile:
    """A job that runs at the first look alone."""

    progress = Progress("searching")
    cancelled = False

    def __init__(self) -> None:
        self.looks = 0

    @property
    def running(self) -> bool:
        self.looks += 1
        return self.looks == 1


def page(job: "Any") -> None:  # noqa: UP037  (the script runs without this module's imports)
    """A page as all are that draw a job: while it runs, nothing else."""
    import streamlit as st

    from pages.search.job_shown import job_shown

    if job.running:
        st.text("working")
        job_shown(job)
        st.stop()
    st.text("done")


def test_a_job_that_ended_since_the_page_looked_has_the_page_drawn_anew() -> None:
    job = EndsMeanwhile()
    at = AppTest.from_function(page, args=(job,), default_timeout=PATIENCE).run()
    assert not at.exception
    assert [text.value for text in at.text] == ["done"]
    assert job.looks == 3

"""The pickers of columns: an attached run that has no room is said, and nothing begins anew."""

from __future__ import annotations

import pytest

from engine.search.settings import Settings
from pages.search.column_choice import _choose

PAGE = "pages.search.column_choice"


def test_a_chosen_run_that_has_no_room_beside_the_first_stage_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    chosen = ("run:a", "some/model", "other/model", "third/model", "run:c")
    monkeypatch.setattr(f"{PAGE}.rankers.chosen", lambda: chosen)
    monkeypatch.setattr(f"{PAGE}.notice", said.append)
    monkeypatch.setattr(f"{PAGE}.st.rerun", lambda: pytest.fail("this would never end"))
    _choose(["run:c"], Settings(first_stage="run:b"))
    (sentence,) = said
    assert "c is not searched: beside the first stage, b, there is room for 4" in sentence

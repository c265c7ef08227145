"""The rerankers that remedies try."""

from __future__ import annotations

import pytest

from engine.types.registries.rankers import MAXSIM
from state.search import additional_rankers, remedies
from workbench.diagnosis.remedy_rerankers import PACKAGED_MAXSIM


def test_maxsim_that_was_added_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = f"{MAXSIM}:/models/colbert"
    monkeypatch.setattr(additional_rankers, "chosen", lambda: [MAXSIM, folder])
    assert remedies._rerankers() == [PACKAGED_MAXSIM, folder]

"""In how many folds a choice is cross-validated."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from components.quality.fusion_wording import FOLDS


def folds_choice(box: DeltaGenerator) -> int:
    """Draw the choice; the number of folds."""
    folds: int = box.selectbox(
        "Cross-validation",
        list(FOLDS),
        index=1,
        format_func=lambda n: FOLDS[n],
        key="quality_folds",
        persist_state="session",
    )
    return folds

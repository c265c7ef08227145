"""A workbench with the session's models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from workbench import model_loader
from workbench.workbench import Workbench


@pytest.fixture(scope="session")
def bench(
    openvino_bi_encoder: BiEncoder, openvino_cross_encoder: CrossEncoder
) -> Iterator[Workbench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
        patch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
        yield Workbench()

"""The attention map against the matrices that transformers returns."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch

from engine.types import AttentionMap, CrossExamError, Floats
from models.cross_encoders.attention import eager_copy
from models.cross_encoders.cross_encoder import CrossEncoder

QUERY, DOCUMENT = "python snake", "Ball pythons are kept as pets."


@pytest.fixture(scope="module")
def attention(torch_cross_encoder: CrossEncoder) -> AttentionMap:
    return torch_cross_encoder.attention(QUERY, DOCUMENT)


@pytest.fixture(scope="module")
def matrices(torch_cross_encoder: CrossEncoder) -> Floats:
    """transformers' own output_attentions of a copy set to eager: (layers, heads, t, t)."""
    model: Any = copy.deepcopy(torch_cross_encoder.torch_model())
    model.set_attn_implementation("eager")
    pair = torch_cross_encoder.pairs.build(QUERY, [DOCUMENT])[0]
    ids = torch.tensor([pair.ids.tolist()])
    segments = torch.tensor(
        [[0] * pair.document_start + [1] * (len(pair.ids) - pair.document_start)]
    )
    with torch.inference_mode():
        out = model(input_ids=ids, token_type_ids=segments, output_attentions=True)
    stacked: Floats = torch.stack(out.attentions)[:, 0].numpy()
    return stacked


def test_tokens_are_those_of_both_texts(attention: AttentionMap) -> None:
    assert attention.query_tokens == ("python", "snake")
    assert attention.doc_tokens == ("ball", "python", "##s", "are", "kept", "as", "pets", ".")
    assert (attention.layers, attention.heads) == (12, 12)


def test_blocks_are_cut_from_transformers_own_matrices(
    attention: AttentionMap, matrices: Floats
) -> None:
    """[CLS] python snake [SEP] ball ... . [SEP]: 0, 1-2, 3, 4-11, 12."""
    q, d, s = [1, 2], list(range(4, 12)), [0, 3, 12]
    expected = {
        "query_to_doc": (q, d),
        "doc_to_query": (d, q),
        "query_to_special": (q, s),
        "doc_to_special": (d, s),
        "special_to_query": (s, q),
        "special_to_doc": (s, d),
    }
    for name, (rows, columns) in expected.items():
        block = getattr(attention, name)
        assert block.shape == (12, 12, len(rows), len(columns)), name
        np.testing.assert_allclose(
            block, matrices[:, :, rows][:, :, :, columns], atol=1e-6, err_msg=name
        )


def test_the_mass_of_every_head_sums_to_one(attention: AttentionMap) -> None:
    for mass in (attention.query_mass, attention.doc_mass):
        assert mass.shape == (12, 12, 3)
        np.testing.assert_allclose(mass.sum(axis=-1), 1.0, atol=1e-5)


def test_the_mass_is_the_mean_of_the_rows_of_each_side(
    attention: AttentionMap, matrices: Floats
) -> None:
    rows = matrices[:, :, 4:12]  # (layers, heads, document tokens, all tokens)
    expected = np.stack(
        [
            rows[..., 1:3].sum(-1).mean(-1),
            rows[..., 4:12].sum(-1).mean(-1),
            rows[..., [0, 3, 12]].sum(-1).mean(-1),
        ],
        axis=-1,
    )
    np.testing.assert_allclose(attention.doc_mass, expected, atol=1e-6)
    np.testing.assert_allclose(
        attention.query_mass[..., 1], attention.query_to_doc.sum(-1).mean(-1), atol=1e-6
    )


def test_the_score_is_that_of_the_ranking(
    attention: AttentionMap, torch_cross_encoder: CrossEncoder
) -> None:
    assert torch_cross_encoder.score_all(QUERY, [DOCUMENT]) == [
        pytest.approx(attention.score, abs=1e-4)
    ]


def test_the_shared_model_keeps_its_own_attention(torch_cross_encoder: CrossEncoder) -> None:
    torch_cross_encoder.attention(QUERY, DOCUMENT)
    model = torch_cross_encoder.torch_model()
    assert model.config._attn_implementation == "sdpa"
    assert model.bert.encoder.layer[0].attention.self.config._attn_implementation == "sdpa"


def test_the_copy_shares_every_tensor_and_is_eager(torch_cross_encoder: CrossEncoder) -> None:
    model = torch_cross_encoder.torch_model()
    copy = eager_copy(model)
    assert copy.config._attn_implementation == "eager"
    assert not copy.training
    shared = dict(copy.named_parameters())
    for name, tensor in model.named_parameters():
        assert shared[name].data_ptr() == tensor.data_ptr(), name
    assert all(not tensor.is_meta for tensor in [*copy.parameters(), *copy.buffers()])


def test_a_model_without_attention_weights_is_refused(torch_cross_encoder: CrossEncoder) -> None:
    from models.cross_encoders.attention import attention_map

    def silent(**_: Any) -> Any:
        return type("Out", (), {"attentions": (), "logits": torch.zeros(1, 1)})

    with pytest.raises(CrossExamError, match="no attention weights"):
        attention_map(silent, torch_cross_encoder.pairs, QUERY, DOCUMENT)


@pytest.mark.parametrize(
    ("query", "document", "empty"), [(" ", "text", "query"), ("a", "", "document")]
)
def test_a_side_without_a_token_is_an_error(
    torch_cross_encoder: CrossEncoder, query: str, document: str, empty: str
) -> None:
    with pytest.raises(CrossExamError, match=f"the {empty} has no token"):
        torch_cross_encoder.attention(query, document)


def test_a_long_document_is_shown_as_far_as_it_is_read(torch_cross_encoder: CrossEncoder) -> None:
    attention = torch_cross_encoder.attention("snake", "python " * 600)
    assert len(attention.doc_tokens) == 508
    assert attention.pair.n_truncated_doc == 92

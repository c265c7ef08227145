"""What a model reads of a document, and windows that leave nothing unread."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import transformers

from engine.explain.counterfactual import Change, EditedText, with_document
from engine.search.passages import score_passages
from engine.types import CROSS_ENCODER, CrossExamError, TokenBudget
from models.bi_encoders.bi_encoder import SPECIALS_PER_TEXT, BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pairs import SPECIALS_PER_PAIR
from models.text.budget import token_budget, token_windows, tokens_before, word_spans
from models.text.wordpiece import WordPieces
from tests.models.tiny_bert import tiny_tokenizer
from workbench.workbench import Workbench

TEXT = "ball pythons a snake. ball python"  # ball python ##s a snake . ball python


@pytest.fixture(scope="module")
def bench(session_cache: Path) -> Workbench:
    return Workbench()


@pytest.fixture
def pieces() -> WordPieces:
    return WordPieces(tiny_tokenizer())


def budget_of(pieces: WordPieces, text: str, limit: int, query: int = 2) -> tuple[int, int, int]:
    found = token_budget(
        pieces,
        text,
        model="tiny",
        role=CROSS_ENCODER,
        limit=limit,
        special_tokens=3,
        query_tokens=query,
    )
    return found.read_tokens, found.read_until, found.unread_tokens


def test_the_query_and_the_special_tokens_take_from_the_document(pieces: WordPieces) -> None:
    assert budget_of(pieces, TEXT, 13) == (8, len(TEXT), 0)
    assert budget_of(pieces, TEXT, 11) == (6, TEXT.rindex("ball"), 2)
    assert budget_of(pieces, TEXT, 11, query=4) == (4, TEXT.index("snake"), 4)
    assert budget_of(pieces, TEXT, 4) == (0, 0, 8)


def test_text_beyond_the_cut_is_unread_and_changes_nothing_of_what_is_read(
    pieces: WordPieces,
) -> None:
    read, until, unread = budget_of(pieces, TEXT, 9)

    assert budget_of(pieces, TEXT + " snake snake snake", 9) == (read, until, unread + 3)


def test_a_word_that_the_limit_cuts_is_named_and_unread_in_part_only(pieces: WordPieces) -> None:
    def at(limit: int) -> TokenBudget:
        return token_budget(
            pieces, TEXT, model="tiny", role=CROSS_ENCODER, limit=limit, special_tokens=3
        )

    cut = at(5)  # ball python | ##s
    assert (cut.cut_word, cut.read_tokens, TEXT[: cut.read_until]) == ("pythons", 2, "ball python")
    assert cut.unread_share == 6 / 8
    assert [at(limit).cut_word for limit in (3, 4, 6, 11, 20)] == ["", "", "", "", ""]


@pytest.mark.weights
def test_a_text_without_blanks_is_read_up_to_the_limit(bench: Workbench) -> None:
    text = "北京大学的学生在山上看中国文学" * 60
    for budget in bench.tokens.budgets("北京", text):
        room = budget.limit - budget.special_tokens - budget.query_tokens
        assert 0 < budget.read_tokens == room < budget.doc_tokens
        assert budget.unread_share == (budget.doc_tokens - room) / budget.doc_tokens
        assert budget.characters == len(text)
        assert budget.read_until == room  # every character is a token


def test_an_empty_document_has_nothing_unread(pieces: WordPieces) -> None:
    assert budget_of(pieces, "", 13) == (0, 0, 0)


def test_words_are_those_of_the_tokenizer(pieces: WordPieces) -> None:
    spans = word_spans(pieces, TEXT)

    words = ["ball", "pythons", "a", "snake", ".", "ball", "python"]
    assert [TEXT[start:end] for start, end in spans] == words


def test_places_are_counted_in_tokens(pieces: WordPieces) -> None:
    places = [0, TEXT.index("a snake"), TEXT.index("."), len(TEXT)]

    assert tokens_before(pieces, TEXT, places) == [0, 3, 5, 8]


@pytest.mark.parametrize(("length", "stride"), [(8, 8), (8, 3), (12, 6), (50, 1)])
def test_windows_cover_the_document_and_break_no_word(
    pieces: WordPieces, length: int, stride: int
) -> None:
    text = " ".join(["ball pythons a snake."] * 9)
    words = word_spans(pieces, text)
    windows = token_windows(pieces, text, length=length, stride=stride)

    assert windows[0][0] == 0
    assert windows[-1][1] == len(text)
    for start, end in windows:
        assert len(pieces.ids([text[start:end]])[0]) <= length
        assert not any(first < edge < last for first, last in words for edge in (start, end))
    for (_, end), (start, _) in pairwise(windows):
        assert text[end:start].strip() == ""


@pytest.mark.parametrize(("length", "stride"), [(7, 7), (8, 0), (8, 9)])
def test_windows_that_leave_text_out_are_refused(
    pieces: WordPieces, length: int, stride: int
) -> None:
    with pytest.raises(CrossExamError, match="give"):
        token_windows(pieces, TEXT, length=length, stride=stride)


@pytest.mark.weights
def test_a_budget_counts_what_each_model_truncates(
    torch_cross_encoder: CrossEncoder, torch_bi_encoder: BiEncoder
) -> None:
    text = "the quick brown foxes jumped unbelievably " * 100
    (pair,) = torch_cross_encoder.pairs.build("a short query", [text])
    cross = token_budget(
        torch_cross_encoder.pairs.pieces,
        text,
        model="",
        role="",
        limit=torch_cross_encoder.max_length,
        special_tokens=SPECIALS_PER_PAIR,
        query_tokens=3,
    )
    bi = token_budget(
        torch_bi_encoder.pieces,
        text,
        model="",
        role="",
        limit=torch_bi_encoder.max_length,
        special_tokens=SPECIALS_PER_TEXT,
    )

    assert cross.doc_tokens - cross.read_tokens == pair.n_truncated_doc > 0
    assert bi.doc_tokens - bi.read_tokens == torch_bi_encoder.n_truncated(text) > 0


@pytest.mark.weights
def test_dropping_a_word_of_the_text_takes_just_its_tokens_out(
    torch_cross_encoder: CrossEncoder,
) -> None:
    pieces = torch_cross_encoder.pairs.pieces
    text = "Don't feed the ball-python's (unbelievably) naïve keeper: E4, 3.5 kg!"
    encoding = pieces.encoding(text)
    for number, span in enumerate(word_spans(pieces, text)):
        kept = [
            i for i, word in zip(encoding.ids, encoding.word_ids, strict=True) if word != number
        ]
        edited = EditedText(text, (Change(span),)).text
        assert pieces.ids([edited])[0].tolist() == kept
        masked = pieces.encoding(EditedText(text, (Change(span, "[MASK]"),)).text)
        assert masked.tokens.count("[MASK]") == 1


@pytest.mark.weights
def test_text_appended_beyond_the_cut_leaves_both_scores_and_is_said_to_be_unread(
    bench: Workbench,
) -> None:
    query, text = "python snake", "Pythons are snakes without venom. " * 120
    longer = text + "Ball python care guide, the best of all."
    cross, bi = bench.models.cross_encoder(), bench.models.bi_encoder()

    assert cross.score_all(query, [text]) == pytest.approx(cross.score_all(query, [longer]))
    assert bi.encode([text])[0] @ bi.encode([longer])[0] == pytest.approx(1.0, abs=1e-4)
    for before, after in zip(
        bench.tokens.budgets(query, text), bench.tokens.budgets(query, longer), strict=True
    ):
        assert after.read_until == before.read_until
        added = len(bench.models.cross_encoder().pairs.pieces.ids([longer[len(text) :]])[0])
        assert after.unread_tokens == before.unread_tokens + added
    supposed = bench.tokens.budgets(query, text, query_tokens=100)
    assert supposed[0].read_tokens == 512 - 3 - 100
    assert supposed[1] == bench.tokens.budgets(query, text)[1]


LONG = {
    "do bees understand the concept of zero": "long-bee-cognition-summary",
    "how to freeze plum dumplings and cook them from frozen": "long-plum-dumpling-blog",
    "when will the Mill Lane footbridge in Pellingford reopen": "long-pellingford-council-minutes",
}


@pytest.mark.weights
@pytest.mark.parametrize(("query", "doc_id"), LONG.items())
def test_max_p_lifts_the_long_document_whose_answer_was_cut(
    bench: Workbench, query: str, doc_id: str
) -> None:
    searcher = bench.searchers.of(bench.corpora.open("senses"))
    ranking = searcher.pipeline().run(query).ranking(CROSS_ENCODER)
    assert ranking is not None
    before = ranking.find(doc_id)
    assert before is not None
    (document,) = searcher.store.get([doc_id])
    found = score_passages(
        searcher.reranker,
        query,
        document.content,
        bench.tokens.windows(document.content, 200, 100),
        title=document.title,
    )
    cross, _ = bench.tokens.budgets(query, document.content)
    after = with_document(ranking, doc_id, found.max_p).ranking.find(doc_id)

    assert found.whole == pytest.approx(before.score, abs=0.05)
    assert found.max_p > found.whole + 5
    assert after is not None
    assert after.rank < before.rank
    assert found.best.end > cross.read_until  # it reaches beyond the cut


@pytest.mark.weights
@pytest.mark.parametrize("text", ["大熊猫吃竹子，" * 60, "パンダは竹を食べる。" * 50])
def test_chinese_and_japanese_are_read_as_far_as_plain_transformers_reads_them(
    bench: Workbench, marco_folder: Path, text: str
) -> None:
    query = "熊猫 eats"
    found = next(b for b in bench.tokens.budgets(query, text) if b.role == CROSS_ENCODER)

    tokenizer = transformers.AutoTokenizer.from_pretrained(str(marco_folder))
    whole = tokenizer(query, text, return_offsets_mapping=True)
    cut = tokenizer(
        query, text, truncation="only_second", max_length=512, return_offsets_mapping=True
    )
    sides = cut.sequence_ids()
    ends = [end for (_, end), side in zip(cut["offset_mapping"], sides, strict=True) if side == 1]
    assert found.read_tokens == len(ends)
    assert found.unread_tokens == len(whole["input_ids"]) - len(cut["input_ids"])
    assert found.read_until == (max(ends) if found.unread_tokens else len(text))

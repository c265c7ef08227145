"""Every column of a show against the search, the page or the formula that it is named after."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.explain.attention_view import view_of
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID, Cancelled
from engine.types.learn.columns import COLUMNS, columns_of
from engine.types.learn.lessons import LessonDocument, Show
from tests.workbench.learn.conftest import LiveResult
from workbench.workbench import Workbench

QUERY = "python snake"
IDS = ("python-ball-care", "python-snake-case", "python-programming-tutorial", "python-delphi")
PAIRS = Show(
    name="main",
    kind="pairs",
    columns=columns_of("pairs"),
    query=QUERY,
    documents=(
        *(LessonDocument(f"k{n}", corpus="senses", doc_id=i) for n, i in enumerate(IDS)),
        LessonDocument("own", title="Snakes", text="A python is a snake. " * 200),
    ),
)
SEARCH = Show(name="all", kind="search", columns=columns_of("search"), query=QUERY, top=4)
RECALL = Show(
    name="curve",
    kind="curve",
    curve="recall",
    columns=("bm25", "bi_encoder", "hybrid"),
    points=(1, 10, 50),
)
STAGE = {
    "bm25": BM25,
    "bi_encoder": BI_ENCODER,
    "hybrid": HYBRID,
    "cross_encoder": CROSS_ENCODER,
    "blend": BLEND,
}


def test_a_search_is_the_one_of_compare(bench: Workbench, live: LiveResult) -> None:
    result = live(SEARCH)
    corpus = bench.corpora.open("senses")
    searcher = bench.searchers.of(corpus)
    trace = searcher.pipeline(Settings(depth=10)).run(QUERY)
    for column, stage in STAGE.items():
        ranking = trace.ranking(stage)
        assert ranking is not None
        assert list(result.order[column]) == ranking.ids(4)
        expected = {hit.doc_id: hit.score for hit in ranking.hits}
        for key, value in result.values[column].items():
            assert value == pytest.approx(expected[key], abs=1e-6)
    shown = {row.key for row in result.documents}
    assert shown == {key for keys in result.order.values() for key in keys}
    judged = corpus.judgments("q-python-snake")
    assert result.values["grade"] == {k: judged[k] for k in shown if k in judged}
    assert result.corpora == {"senses": corpus.info.fingerprint}


def test_pairs_have_the_numbers_of_the_indexes_and_of_fp32(
    bench: Workbench, live: LiveResult
) -> None:
    pairs, search = live(PAIRS), bench.searchers.of(bench.corpora.open("senses"))
    lexical = search.lexical.scores_of(QUERY, IDS)
    dense, _ = search.dense.retrieve(QUERY, len(search.store))
    texts = [document.content for document in search.store.get(IDS)]
    logits = bench.models.cross_encoder().exact().score_all(QUERY, texts)
    for number, (doc_id, logit) in enumerate(zip(IDS, logits, strict=True)):
        key = f"k{number}"
        assert pairs.values["bm25"][key] == pytest.approx(lexical[doc_id])
        cosine = dense.find(doc_id)
        assert cosine is not None
        assert pairs.values["bi_encoder"][key] == pytest.approx(cosine.score, abs=0.005)
        assert pairs.values["cross_encoder"][key] == pytest.approx(logit, abs=0.1)


def test_what_is_worked_out_from_others_follows_its_formula(live: LiveResult) -> None:
    values, order = live(PAIRS).values, live(PAIRS).order
    for key, logit in values["cross_encoder"].items():
        assert values["sigmoid"][key] == pytest.approx(1 / (1 + math.exp(-logit)))
    logits, lexical = values["cross_encoder"], values["bm25"]

    def share(numbers: dict[str, float], key: str) -> float:
        low, high = min(numbers.values()), max(numbers.values())
        return (numbers[key] - low) / (high - low)

    for key, blended in values["blend"].items():
        expected = 0.8 * share(dict(logits), key) + 0.2 * share(dict(lexical), key)
        assert blended == pytest.approx(expected)
    for key, fused in values["hybrid"].items():
        places = [order[column].index(key) + 1 for column in ("bm25", "bi_encoder")]
        assert fused == pytest.approx(sum(1 / (60 + place) for place in places))


def test_attention_is_what_the_page_says(bench: Workbench, live: LiveResult) -> None:
    result = live(PAIRS)
    (care,) = bench.corpora.open("senses").store.get(["python-ball-care"])
    attention = bench.explainers.attending().attention(QUERY, care.content)
    view = view_of(attention, layer=None, head=None)
    assert result.values["attention"]["k0"] == pytest.approx(view.query_crossing, abs=1e-5)
    heads = attention.query_to_doc.sum(axis=3).mean()  # summed over the document's tokens
    assert result.values["attention"]["k0"] == pytest.approx(float(heads), abs=1e-4)


def test_maxsim_tokens_and_what_is_read(bench: Workbench, live: LiveResult) -> None:
    values = live(PAIRS).values
    text = PAIRS.documents[-1].text
    matches = bench.models.late_interaction().matches(QUERY, text)
    assert values["maxsim"]["own"] == pytest.approx(matches.score, abs=1e-3)
    pair = bench.models.cross_encoder().tokenize_pair(QUERY, text)
    read = pair.segment.count("document")
    assert pair.n_truncated_doc > 0
    assert values["tokens"]["own"] == read + pair.n_truncated_doc
    assert values["read"]["own"] == pytest.approx(read / (read + pair.n_truncated_doc))
    assert values["read"]["k0"] == 1.0
    assert "own" not in values["grade"]


def test_the_title_of_an_own_text_is_not_read(bench: Workbench, live: LiveResult) -> None:
    own = PAIRS.documents[-1]
    changed = LessonDocument("own", title="python snake python snake", text=own.text)
    show = Show("main", "pairs", ("cross_encoder", "bm25"), QUERY, (PAIRS.documents[0], changed))
    result = live(show)
    assert result.documents[-1].title == "python snake python snake"
    for column in show.columns:
        assert result.values[column]["own"] == pytest.approx(
            live(PAIRS).values[column]["own"], abs=0.06
        )


def test_a_document_may_have_a_query_of_its_own(bench: Workbench) -> None:
    text = "A python is a snake."
    show = Show(
        "main",
        "pairs",
        ("cross_encoder", "bi_encoder", "bm25"),
        "cats",
        (LessonDocument("a", text=text), LessonDocument("b", text=text, query="snakes")),
    )
    result = bench.lessons.result(show)
    cross = bench.models.cross_encoder()
    for key, query in (("a", "cats"), ("b", "snakes")):
        assert result.values["cross_encoder"][key] == pytest.approx(
            cross.score_all(query, [text])[0], abs=0.1
        )
    asked = bench.lessons.result(show, query="snakes").values
    assert asked["cross_encoder"]["a"] == pytest.approx(asked["cross_encoder"]["b"], abs=0.1)


def test_the_recall_curve_is_that_of_the_lists(bench: Workbench, live: LiveResult) -> None:
    corpus = bench.corpora.open("senses")
    searcher = bench.searchers.of(corpus)
    shares: list[float] = []
    for query in corpus.queries:
        relevant = {i for i, grade in corpus.judgments(query.query_id).items() if grade > 0}
        found = set(searcher.dense.retrieve(query.text, 10)[0].ids())
        shares += [len(found & relevant) / len(relevant)] if relevant else []
    result = live(RECALL)
    assert result.values["bi_encoder"]["10"] == pytest.approx(sum(shares) / len(shares))
    assert [row.x for row in result.documents] == [1.0, 10.0, 50.0]
    for curve in result.values.values():
        assert list(curve.values()) == sorted(curve.values())


def test_costs_are_measured_and_multiplied(bench: Workbench) -> None:
    show = Show(
        "cost",
        "cost",
        columns_of("cost"),
        QUERY,
        corpus_size=1_000_000,
        queries_a_day=1000,
        depth=50,
    )
    result = bench.lessons.result(show)
    values = result.values
    assert values["passes"]["read_all"] == 1e9
    pair = values["seconds"]["read_all"] / 1e9
    query = values["seconds"]["vectors"] / 1000
    assert pair > 0 < query
    assert values["seconds"]["two_stages"] == pytest.approx(1000 * (query + 50 * pair))
    hours = {way: seconds / 3600 for way, seconds in values["seconds"].items()}
    watts = {way: values["watt_hours"][way] / hours[way] for way in hours}
    assert max(watts.values()) == pytest.approx(min(watts.values()))
    assert [note.partition(" ")[0] for note in result.notices] == ["Measured", "Energy"]
    unpowered = bench.lessons.result(replace(show, columns=("passes", "seconds")))
    assert [note.partition(" ")[0] for note in unpowered.notices] == ["Measured"]


@pytest.mark.parametrize("show", [PAIRS, SEARCH, RECALL], ids=lambda show: show.kind)
def test_a_step_that_is_cancelled_ends(bench: Workbench, show: Show) -> None:
    with pytest.raises(Cancelled):
        bench.lessons.result(show, query="something else", cancel=lambda: True)


def test_every_column_is_computed(live: LiveResult) -> None:
    computed = {column for show in (PAIRS, SEARCH, RECALL) for column in live(show).values}
    assert computed | set(columns_of("cost")) == set(COLUMNS)
    for show in (PAIRS, SEARCH):
        ranks = {column for column in show.columns if COLUMNS[column].ranks}
        assert set(live(show).order) == ranks

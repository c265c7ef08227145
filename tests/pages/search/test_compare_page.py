from __future__ import annotations

import csv
import io
from itertools import combinations

import ir_measures
import pytest
from ir_measures import nDCG
from streamlit.testing.v1 import AppTest

from components.search.agreement_table import rows
from engine.search.agreement import agreement
from engine.search.movement import summary
from engine.search.precision.near_ties import NEAR_TIE
from engine.search.settings import Settings
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Hit,
    Ranking,
    SearchTrace,
)
from state.app_resources import prepare
from tests.pages.downloads import Downloads
from tests.pages.driver import (
    PATIENCE,
    choose,
    columns,
    components,
    finished,
    opened,
    said,
    says,
    searches,
    shown_ids,
    table,
)
from tests.pages.expected import cli_hits, engine_ids, ranked_by_engine

QUERY = "python snake"
SHOWN = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER)


def trace_of(at: AppTest) -> SearchTrace:
    (search,) = at.session_state["_jobs"].values()
    assert isinstance(search.trace, SearchTrace)
    return search.trace


def downloaded(at: AppTest, downloads: Downloads) -> list[dict[str, str]]:
    """The rows of the comparison that the page offers as CSV."""
    file = downloads.file(at, "comparison")
    assert file.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8"))))


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened()
    assert says(at, "472 documents")
    for stage in ("BM25", "bi-encoder", "hybrid", "cross-encoder"):
        assert any(stage.lower() in text.lower() for text in said(at)), stage
    (chips,) = components(at, "crossexam_example_chips")
    assert chips["examples"][0]["text"] == QUERY
    assert not components(at, "crossexam_ranking_columns")


def test_blanks_are_no_query() -> None:
    at = opened(q="   ")
    assert says(at, "472 documents")
    assert not components(at, "crossexam_ranking_columns")


def test_the_cross_encoder_tells_the_snake_from_the_language(compared: AppTest) -> None:
    titles = [card["title"] for card in columns(compared)[CROSS_ENCODER]["cards"]]
    assert "Ball python care guide" in titles[:3]
    snake, language = titles.index("Ball python care guide"), "Python programming tutorial"
    assert language not in titles or snake < titles.index(language)
    everything = [hit["title"] for hit in cli_hits(QUERY, CROSS_ENCODER)]
    assert everything.index("Ball python care guide") < everything.index(language)


def test_every_column_stands_in_the_order_that_the_cli_prints(compared: AppTest) -> None:
    assert list(columns(compared)) == list(SHOWN)
    for stage in SHOWN:
        assert shown_ids(compared, stage) == [h["doc_id"] for h in cli_hits(QUERY, stage)][:10]


def test_one_sentence_says_what_the_cross_encoder_did_and_cost(compared: AppTest) -> None:
    grades = judged(QUERY)
    trace = trace_of(compared)
    sentence = summary(trace, BI_ENCODER, CROSS_ENCODER, "cross-encoder", grades=grades)
    assert sentence.startswith("The cross-encoder changed ")
    assert f"## {sentence}" in said(compared)
    (shown,) = [text for text in said(compared) if "nDCG@10" in text and "before" in text]
    assert "relevant documents" in shown
    before, after = (by_ir_measures(trace, stage, grades) for stage in (BI_ENCODER, CROSS_ENCODER))
    assert f"nDCG@10 {before:.3f} before, {after:.3f} after" in shown


def judged(text: str) -> dict[str, int]:
    """The judgments that senses has for a query."""
    corpus = prepare("senses").result().corpus
    query = corpus.query_for_text(text)
    assert query is not None
    return corpus.judgments(query.query_id)


def by_ir_measures(trace: SearchTrace, stage: str, grades: dict[str, int]) -> float:
    """nDCG@10 of a stage, worked out by ir_measures from the ids alone."""
    ranking = trace.ranking(stage)
    assert ranking is not None
    run = {"q": {doc_id: -float(place) for place, doc_id in enumerate(ranking.ids(10))}}
    return float(ir_measures.calc_aggregate([nDCG @ 10], {"q": grades}, run)[nDCG @ 10])


def test_each_column_shows_its_own_ndcg_as_ir_measures_has_it(compared: AppTest) -> None:
    grades, trace = judged(QUERY), trace_of(compared)
    for stage, column in columns(compared).items():
        assert column["quality"]["ndcg"] == f"{by_ir_measures(trace, stage, grades):.3f}"
        judged_cards = sum(card["id"] in grades for card in column["cards"])
        assert column["quality"]["judged"] == f"{judged_cards} of {len(column['cards'])} judged"


def test_a_query_without_judgments_praises_nothing() -> None:
    at = opened(q="a query that nobody judged about snakes and rivers")
    assert says(at, "The cross-encoder changed ")
    assert not says(at, "rescued")
    assert not says(at, "nDCG")
    assert all(column["quality"] is None for column in columns(at).values())
    notes = [card["move"]["note"] for card in columns(at)[CROSS_ENCODER]["cards"]]
    assert any(note.startswith("entered from ") for note in notes)


def test_a_new_visitor_reads_what_remembered_scores_cost_and_can_have_them_scored_afresh() -> None:
    query = "which snakes swallow eggs whole"
    first = trace_of(opened(q=query, depth="6"))
    assert first.measured_seconds(CROSS_ENCODER) == 0
    at = opened(q=query, depth="6")  # another session of the same server
    again = trace_of(at)
    (scores,) = [t for t in again.timings if (t.stage, t.step) == (CROSS_ENCODER, "score")]
    assert scores.cached
    assert scores.measured_seconds > scores.seconds
    assert says(at, "more when scored; now from memory")
    assert "when read" in columns(at)[CROSS_ENCODER]["cached"]
    assert sum(t.seconds for t in again.timings) + again.other_seconds == pytest.approx(
        again.total_seconds
    )
    at.button(key="score_afresh").click()
    finished(at)
    afresh = trace_of(at)
    assert not any(t.cached for t in afresh.timings if t.step == "score")
    assert not says(at, "from memory")


@pytest.mark.parametrize("mode", ["fast", "exact", "fastest"])
def test_below_the_lists_stands_which_mode_scored_them_and_what_the_sign_means(mode: str) -> None:
    at = opened(q=QUERY, precision=mode, depth="12")
    ranking = trace_of(at).ranking(CROSS_ENCODER)
    assert ranking is not None
    assert ranking.precision is not None
    backend = ranking.precision.backend
    assert (
        sum(f"{mode.capitalize()}: {backend} scored every pair" in text for text in said(at)) == 1
    )
    tie = any(card["tie"] for column in columns(at).values() for card in column["cards"])
    assert says(at, NEAR_TIE) == tie


def test_the_strip_adds_up_to_the_total(compared: AppTest) -> None:
    (strip,) = components(compared, "crossexam_stage_strip")
    trace = trace_of(compared)
    labels = [part["label"] for part in strip["parts"]]
    assert labels == ["BM25", "Bi-encoder", "Hybrid", "Cross-encoder", "Blend", "other"]
    assert sum(part["seconds"] for part in strip["parts"]) == pytest.approx(trace.total_seconds)
    assert strip["running"] == ""
    printed = [figure(part["text"]) for part in strip["parts"]]
    assert sum(printed) == pytest.approx(figure(strip["total"]), abs=0.5 * len(printed) + 0.5)


def figure(text: str) -> float:
    """Milliseconds as printed, back as a number."""
    return float(text.removesuffix(" ms").replace(",", ""))


def test_agreement_is_that_of_the_rankings_that_the_cli_prints() -> None:
    at = opened(q=QUERY)
    for afresh in [button for button in at.button if button.key == "score_afresh"]:
        afresh.click().run()  # a logit depends on its batch: score all at once, as the CLI does
        assert all(search.job.wait(PATIENCE) for search in searches(at).values())
        finished(at)
    depth = Settings().depth
    rankings = [
        Ranking(
            stage,
            "",
            tuple(Hit(h["doc_id"], h["score"], h["rank"]) for h in cli_hits(QUERY, stage)),
        )
        for stage in SHOWN
    ]
    assert all(len(ranking.hits) <= depth for ranking in rankings)
    expected = rows([agreement(a, b) for a, b in combinations(rankings, 2)])
    shown = table(at, "Agreement between the rankings")
    assert [[cell["text"] for cell in row] for row in shown] == [
        [cell.text for cell in row] for row in expected
    ]


def test_judgments_of_a_known_query_are_on_the_cards(compared: AppTest) -> None:
    first = columns(compared)[CROSS_ENCODER]["cards"][0]
    assert first["grade"]["value"] == 3
    assert says(compared, "What this query tests: ")


def test_movement_is_shown_against_the_first_stage(compared: AppTest) -> None:
    drawn = columns(compared)
    assert [stage for stage in drawn if drawn[stage]["baseline"]] == [BI_ENCODER]
    bi_encoder = [hit["doc_id"] for hit in cli_hits(QUERY, BI_ENCODER)]
    for card in drawn[CROSS_ENCODER]["cards"]:
        before = bi_encoder.index(card["id"]) + 1
        mark = {0: "="}.get(before - card["rank"], f"{abs(before - card['rank'])}")
        assert card["move"]["mark"].split()[-1] == mark
        if before > 10:
            word = "rescued" if card["grade"] and card["grade"]["value"] else "entered"
            assert card["move"]["note"] == f"{word} from {before}"


def test_the_comparison_can_be_taken_along_as_csv(downloads: Downloads) -> None:
    at = opened(q=QUERY, depth="6")
    found = downloaded(at, downloads)
    trace = ranked_by_engine(QUERY, Settings(depth=6))
    rankings = [ranking for ranking in trace.rankings if ranking.stage in SHOWN]
    listed = {doc_id for ranking in rankings for doc_id in ranking.ids()}
    assert {row["doc_id"] for row in found} == listed
    assert {row["query"] for row in found} == {QUERY}
    titles = {d.doc_id: d.title for d in prepare("senses").result().corpus.store.get(list(listed))}
    for row in found:
        assert row["title"] == titles[row["doc_id"]]
        for ranking in rankings:
            hit = ranking.find(row["doc_id"])
            assert row[f"{ranking.stage} rank"] == (str(hit.rank) if hit else "")
            if hit:
                assert float(row[f"{ranking.stage} score"]) == pytest.approx(hit.score, abs=1e-4)
        before, after = row["bi-encoder rank"], row["cross-encoder rank"]
        change = str(int(before) - int(after)) if before and after else ""
        assert row["cross-encoder change from bi-encoder"] == change
    care = next(row for row in found if row["title"] == "Ball python care guide")
    assert care["judgment"] == "3"


def test_columns_baseline_and_rows_follow_the_visitor() -> None:
    at = opened(q=QUERY, depth="12")
    choose(at, "columns", [BM25, BLEND])
    at.selectbox(key="baseline_bi-encoder").set_value(BM25)
    at.selectbox(key="rows").set_value(20)
    finished(at)
    drawn = columns(at)
    assert list(drawn) == [BM25, BLEND]
    assert drawn[BM25]["baseline"]
    settings = Settings(depth=12)
    assert shown_ids(at, BLEND) == engine_ids(QUERY, settings, BLEND)
    assert shown_ids(at, BM25) == engine_ids(QUERY, settings, BM25, 20)
    assert says(at, "Against Bi-encoder, the cross-encoder")


def test_where_is_finds_a_document_beyond_the_depth() -> None:
    at = opened(q=QUERY, depth="5")
    at.text_input(key="where").input("Python programming tutorial")
    finished(at)
    loaded, settings = prepare("senses").result(), Settings(depth=5)
    (document,) = loaded.corpus.store.find("Python programming tutorial", limit=1)
    answer = loaded.searcher.where(document, ranked_by_engine(QUERY, settings), settings)
    assert says(at, answer.sentence)
    shown = {
        row[0]["text"]: [" ".join((cell["text"], cell["note"])) for cell in row[1:]]
        for row in table(at, "Rank and score of the document in every stage")
    }
    assert list(shown) == ["BM25", "Bi-encoder", "Hybrid", "Cross-encoder", "Blend"]
    places = {place.stage: place for place in answer.places}
    bi = places[BI_ENCODER]
    assert shown["Bi-encoder"][0].startswith(f"{bi.rank} of 472")
    assert answer.lost_at == BI_ENCODER
    assert answer.sentence.startswith("Lost in the first stage")
    assert "never scored in this search" in " ".join(shown["Cross-encoder"])


def test_where_is_takes_an_id_too() -> None:
    at = opened(q=QUERY, depth="5")
    wanted = shown_ids(at, CROSS_ENCODER)[0]
    at.text_input(key="where").input(wanted)
    finished(at)
    assert says(at, "Kept: the bi-encoder had it at rank")
    assert says(at, f"({wanted})")


def test_where_is_says_when_nothing_is_called_that() -> None:
    at = opened(q=QUERY, depth="5")
    at.text_input(key="where").input("no such document <b>")
    finished(at)
    assert says(at, "No document of senses has an id or title with 'no such document <b>'.")


def test_a_query_that_shares_no_word_still_gets_its_columns() -> None:
    at = opened(q="zzyzx qwrtp", depth="5", first=BM25)
    drawn = columns(at)
    assert drawn[BM25]["cards"] == []
    assert drawn[BM25]["empty"][0] == "No match"
    assert len(drawn[BI_ENCODER]["cards"]) == 10
    assert drawn[CROSS_ENCODER]["cards"] == []


def test_a_pasted_query_beyond_the_limit_is_cut_with_a_notice_and_replaces_the_old() -> None:
    at = opened(q=QUERY, depth="5")
    at.text_input(key="q").input("snake " * 1000)
    finished(at)
    assert at.text_input(key="q").value == ("snake " * 1000)[:4000]
    assert says(at, "The query had 6,000 characters and was cut after the first 4,000")
    at.text_input(key="q").input(QUERY)
    finished(at)
    assert not says(at, "was cut after the first")


def test_a_linked_query_beyond_the_limit_is_cut_with_a_notice() -> None:
    at = opened(q="snake " * 1000, depth="5")
    assert says(at, "The link's query has 6,000 characters and was cut after the first 4,000")


def test_an_over_long_query_is_cut_with_a_notice() -> None:
    at = opened(q="python " * 400, depth="5")
    assert any("token" in info.value for info in at.info)
    assert shown_ids(at, CROSS_ENCODER)


def test_a_new_query_replaces_the_ranking_of_the_old() -> None:
    at = opened(q=QUERY, depth="5")
    at.text_input(key="q").input("mercury winged messenger")
    finished(at)
    for stage in SHOWN:
        expected = engine_ids("mercury winged messenger", Settings(depth=5), stage, 10)
        assert shown_ids(at, stage) == expected
    assert at.query_params["q"] == "mercury winged messenger"


def test_a_link_unfolds_what_reaches_the_language_model() -> None:
    at = opened(q=QUERY, token_budget="1", tokens="400", tokenizer="characters")
    assert says(at, "Of 400 tokens: ")
    assert says(at, "Judged relevant: ")
    rows = table(at, "Passages within 400 tokens")
    trace = trace_of(at)
    documents = {d.doc_id: d for d in prepare("senses").result().corpus.store.get(
        [hit.doc_id for ranking in trace.rankings for hit in ranking.hits]
    )}  # fmt: skip
    for column, stage in ((2, BI_ENCODER), (3, CROSS_ENCODER)):
        ranking = trace.ranking(stage)
        assert ranking is not None
        used, inside = 0, 0
        for hit in ranking.hits:
            used += -(-len(documents[hit.doc_id].content) // 4)
            inside += used <= 400
            if used > 400:
                break
        assert sum(row[column]["tag"] == "in" for row in rows) == inside > 0

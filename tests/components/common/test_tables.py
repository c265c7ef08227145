from components.common.plain_table import TableCell, TableColumn, pack
from components.latency.scale_table import cell_of
from components.search.agreement_table import columns, rows
from components.search.example_queries import help_text
from engine.latency.scale import Estimate
from engine.types import BM25, CROSS_ENCODER, Agreement, Query


def test_agreement_reads_as_a_person_would_say_it() -> None:
    (row,) = rows([Agreement(BM25, CROSS_ENCODER, -0.124, 0.312, 0.7, shared=14)])
    assert [cell.text for cell in row] == ["BM25 ↔ Cross-encoder", "−0.12", "0.31", "7 of 10"]
    assert row[1].signed
    assert row[1].note == "n = 14 in both"


def test_a_tau_that_does_not_exist_says_why() -> None:
    (row,) = rows([Agreement(BM25, CROSS_ENCODER, None, 0.0, 0.0)])
    assert row[1].text == "–"
    assert "fewer than two" in row[1].note


def test_every_measure_is_explained_in_its_heading() -> None:
    assert all(column.note for column in columns(10)[1:])


def test_a_cell_says_itself_whether_it_was_measured() -> None:
    assert cell_of(Estimate(1.4, True)).tag == "measured"
    far = cell_of(Estimate(22_320, False, "26 ms a pair"))
    assert (far.text, far.tag, far.dashed, far.note) == (
        "6.2 h",
        "extrapolated",
        True,
        "26 ms a pair",
    )


def test_table_texts_stay_data() -> None:
    data = pack([TableColumn("<b>x</b>")], [[TableCell("<script>")]], "c")
    assert data["columns"][0]["title"] == "<b>x</b>"
    assert data["rows"][0][0]["text"] == "<script>"


def test_an_example_says_what_it_tests() -> None:
    assert help_text(Query("q", "t", ("negation", "typo"), "a note")) == "negation, typo: a note"
    assert help_text(Query("q", "t")) == ""

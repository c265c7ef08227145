"""What counts as a term for BM25, and where terms stand in a text."""

from __future__ import annotations

import unicodedata

import pytest

from models.lexical.stopwords import ENGLISH_STOP_WORDS
from models.lexical.terms import document_terms, spelt_for_index_backend, term_spans, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The snakes, again: snakes!", ["snakes", "again", "snakes"]),
        ("snake_case C3PO 3.14 e-mail", ["snake_case", "c3po", "3", "14", "e", "mail"]),
        ("don't", ["don", "t"]),
        ("École ÉCOLE école", ["école"] * 3),
        ("Straße STRASSE", ["straße", "strasse"]),  # lower case, not case folding
        ("ΑΘΗΝΑ Αθήνα ΟΔΟΣ", ["αθηνα", "αθήνα", "οδος".replace("ς", "ς")]),
        ("МОСКВА", ["москва"]),
        ("東京 大学、日本", ["東京", "大学", "日本"]),
        ("running ran runs", ["running", "ran", "runs"]),  # no stemming
        ("", []),
        (" \t\n—…", []),
        ("the AND Of", []),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_composed_and_decomposed_spellings_are_one_term() -> None:
    composed = "café Ünïcode Ångström"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert terms(decomposed) == terms(composed) == ["café", "ünïcode", "ångström"]


def test_a_capital_dotted_i_does_not_split_its_word() -> None:
    assert len(terms("İstanbul")) == 1


def test_the_stop_words_are_lucenes_33() -> None:
    assert len(ENGLISH_STOP_WORDS) == 33
    assert all(terms(word) == [] for word in ENGLISH_STOP_WORDS)
    assert terms("from has he") == ["from", "has", "he"]  # not among Lucene's


def test_spans_mark_every_wanted_term_as_it_is_written() -> None:
    text = "Ball Python: a python's ÉCOLE"
    spans = term_spans(text, frozenset(terms("PYTHON école")))
    assert [text[start:end] for start, end in spans] == ["Python", "python", "ÉCOLE"]


def test_a_part_of_a_word_is_not_marked() -> None:
    assert term_spans("pythonic pythons", frozenset({"python"})) == []


def test_spans_mark_a_decomposed_spelling_too() -> None:
    text = unicodedata.normalize("NFD", "un café noir")
    spans = term_spans(text, frozenset(terms("café")))
    assert [unicodedata.normalize("NFC", text[a:b]) for a, b in spans] == ["café"]
    assert term_spans(text, frozenset(terms("cafe"))) == []


@pytest.mark.parametrize(
    ("text", "of_query", "of_document"),
    [
        ("桜", ["桜"], ["桜"]),
        ("桜が咲く", ["桜が", "が咲", "咲く"], ["桜", "桜が", "が", "が咲", "咲", "咲く", "く"]),
        ("スーパー", ["スー", "ーパ", "パー"], ["ス", "スー", "ー", "ーパ", "パ", "パー", "ー"]),
        ("佐々木", ["佐々", "々木"], ["佐", "佐々", "々", "々木", "木"]),
        ("แมว", ["แม", "มว"], ["แ", "แม", "ม", "มว", "ว"]),
        ("ที่นี่", ["ที่นี่"], ["ที่", "ที่นี่", "นี่"]),  # marks stay with their letter
        ("ລາວ", ["ລາ", "າວ"], ["ລ", "ລາ", "າ", "າວ", "ວ"]),
        ("ខ្មែរ", ["ខ្មែ", "មែរ"], ["ខ្", "ខ្មែ", "មែ", "មែរ", "រ"]),
        ("မြန်မာ", ["မြန်", "န်မာ"], ["မြ", "မြန်", "န်", "န်မာ", "မာ"]),
        ("학교에서", ["학교", "교에", "에서"], ["학", "학교", "교", "교에", "에", "에서", "서"]),
        ("iPhone手机2024年", ["iphone", "手机", "2024", "年"], None),
        ("𠮷野家", ["𠮷野", "野家"], ["𠮷", "𠮷野", "野", "野家", "家"]),  # beyond the BMP
    ],
)
def test_what_is_written_without_blanks_is_cut_into_pairs_of_characters(
    text: str, of_query: list[str], of_document: list[str] | None
) -> None:
    assert terms(text) == of_query
    if of_document is not None:
        assert document_terms(text) == of_document
    assert set(of_query) <= set(document_terms(text))


def test_english_documents_have_the_terms_that_a_query_has() -> None:
    text = "The naïve snakes, again: 3.14 e-mails to Zoë"
    assert document_terms(text) == terms(text)
    assert terms(text) == ["naïve", "snakes", "again", "3", "14", "e", "mails", "zoë"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("co\u00adop\u00aderation", "cooperation"),  # soft hyphens
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("می\u200cخواهم", "میخواهم"),  # zero-width non-joiner
        ("แม\u200bว", "แมว"),
        ("葛\U000e0100城", "葛城"),  # variation selector
        ("ＡＢＣ１２３", "abc123"),  # full width
        ("ｶﾞｷﾞ", "ガギ"),  # half width
        (unicodedata.normalize("NFD", "ガギグ"), "ガギグ"),
        (unicodedata.normalize("NFD", "학교에서"), "학교에서"),
        ("⽇本", "日本"),  # Kangxi radical
        ("ﬁnd CO₂ Java™", "find co2 java"),
    ],
)
def test_two_spellings_of_one_text_have_the_same_terms(written: str, plain: str) -> None:
    assert terms(written) == terms(plain) != []
    assert document_terms(written) == document_terms(plain)


def test_vowel_signs_do_not_split_a_word() -> None:
    assert terms("हिन्दी में") == ["हिन्दी", "में"]


def test_a_text_of_nothing_but_ignored_characters_has_no_term() -> None:
    assert terms("\u00ad \u200b\u3164") == []


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("上野公園では三月末に桜が咲く。", "桜", ["桜"]),
        ("上野公園では三月末に桜が咲く。", "公園 桜が咲く", ["公園", "桜が咲く"]),
        ("京都と東京", "東京", ["東京"]),
        ("แมวชอบนอนกลางวัน", "นอน", ["นอน"]),
        ("a co\u00adop\u00aderation\u200b here", "cooperation", ["co\u00adop\u00aderation"]),
        ("ＳＮＡＫＥ snake", "snake", ["ＳＮＡＫＥ", "snake"]),
        ("桜 cherry 桜並木", "cherry 並木", ["cherry", "並木"]),
    ],
)
def test_matches_are_marked_as_they_are_written(text: str, query: str, marked: list[str]) -> None:
    spans = term_spans(text, frozenset(terms(query)))
    assert [text[start:end] for start, end in spans] == marked


def test_an_engine_is_given_words_of_letters_and_digits_alone() -> None:
    found = document_terms("snake_case แมวที่ 桜 ½ हिन्दी don't")
    words = spelt_for_index_backend(found).split(" ")
    assert len(words) == len(found)
    assert all(word.isalnum() for word in words)
    assert len(set(words)) == len(set(found))
    assert spelt_for_index_backend(terms("Ball python")) == "ball python"

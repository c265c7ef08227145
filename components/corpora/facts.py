"""A corpus' words, languages and near-duplicates, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import ink, muted, plot_layout
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, shortened

LONGEST = 110
# Names of the codes (ISO 639-1) that py3langid gives.
LANGUAGES = {
    "af": "Afrikaans", "am": "Amharic", "an": "Aragonese", "ar": "Arabic", "as": "Assamese",
    "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "br": "Breton",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish",
    "de": "German", "dz": "Dzongkha", "el": "Greek", "en": "English", "eo": "Esperanto",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fo": "Faroese", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "ht": "Haitian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese",
    "jv": "Javanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada",
    "ko": "Korean", "ku": "Kurdish", "ky": "Kyrgyz", "la": "Latin", "lb": "Luxembourgish",
    "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mg": "Malagasy", "mk": "Macedonian",
    "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "mt": "Maltese",
    "nb": "Norwegian Bokmål", "ne": "Nepali", "nl": "Dutch", "nn": "Norwegian Nynorsk",
    "no": "Norwegian", "oc": "Occitan", "or": "Odia", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "qu": "Quechua", "ro": "Romanian", "ru": "Russian",
    "rw": "Kinyarwanda", "se": "Northern Sami", "si": "Sinhala", "sk": "Slovak",
    "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "ug": "Uyghur", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "vo": "Volapük",
    "wa": "Walloon", "xh": "Xhosa", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CopyRow:
    """Two documents that say nearly the same, by title and id."""

    left: str
    left_id: str
    right: str
    right_id: str
    similarity: float


def terms_chart(
    terms: Sequence[tuple[str, int, int]], documents: int, *, dark: bool, key: str
) -> None:
    """Bars of the most frequent terms: (term, occurrences, documents that hold it)."""
    chart_view(
        partial(terms_figure, terms, documents),
        dark=dark,
        key=key,
        title="The most frequent terms",
        alt="The most frequent terms: " + ", ".join(f"{t} {count:,}" for t, count, _ in terms),
    )


def terms_figure(terms: Sequence[tuple[str, int, int]], documents: int, *, dark: bool) -> go.Figure:
    """A bar for each term, the most frequent on top."""
    names = [chart_text(_cut(term)[:40]) for term, _, _ in terms]
    chart = go.Figure(
        go.Bar(
            x=[n_times for _, n_times, _ in terms],
            y=list(range(len(terms))),
            orientation="h",
            marker={"color": muted(dark)},
            text=[f"{n_times:,}" for _, n_times, _ in terms],
            textposition="outside",
            textfont={"color": ink(dark), "size": 12},
            cliponaxis=False,
            customdata=[
                f"<b>{name}</b><br>{n_times:,} times, in {counted(n_documents, 'document')} "
                f"({n_documents / max(1, documents):.0%})"
                for name, (_, n_times, n_documents) in zip(names, terms, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    chart.update_layout(
        **plot_layout(dark, height=64 + 21 * len(terms), margin={"l": 8, "r": 48, "t": 8, "b": 8})
    )
    chart.update_xaxes(
        title_text="occurrences", showticklabels=False, showgrid=False, zeroline=False
    )
    chart.update_yaxes(
        tickvals=list(range(len(terms))),
        ticktext=names,
        tickfont={"color": ink(dark), "size": 12},
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )
    return chart


def languages_table(languages: Sequence[tuple[str, int]], guessed: int, *, key: str) -> None:
    """The languages that were guessed, and in how many documents."""
    plain_table(
        [TableColumn("Language", "guessed"), TableColumn("Documents")],
        [
            [
                TableCell(LANGUAGES.get(code, code)),
                TableCell(
                    f"{count:,}", note=f"{count / max(1, guessed):.1%}", share=count / guessed
                ),
            ]
            for code, count in languages
        ],
        caption="Languages, guessed",
        key=key,
    )


def duplicates_table(rows: Sequence[CopyRow], *, key: str) -> None:
    """Pairs of near-duplicates with both titles."""
    plain_table(
        [
            TableColumn("Document"),
            TableColumn("says nearly the same as", words=True),
            TableColumn("Alike", "Jaccard of word triples"),
        ],
        [
            [
                TableCell(_cut(row.left), note=row.left_id),
                TableCell(_cut(row.right), note=row.right_id),
                TableCell(
                    "the same words" if row.similarity == 1 else f"{row.similarity:.2f}",
                    share=row.similarity,
                ),
            ]
            for row in rows
        ],
        caption="Near-duplicates",
        key=key,
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return shortened(line, LONGEST)

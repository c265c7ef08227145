"""Rankers that ask a chat model: pointwise, pairwise and listwise.

Answers that cannot be read are counted and reported, never guessed: `Usage.malformed` and the
notices of the last batch say how many and what became of those documents.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from engine.types import Cancel, Cancelled, CrossExamError, Reranker, ScoredBatch, Usage
from models.remote.llm_chat import ChatModel
from models.remote.llm_prompts import (
    SYSTEM,
    WORDS_READ,
    list_question,
    pair_question,
    rating_question,
    read_letter,
    read_order,
    read_rating,
    shortened,
)

WINDOW, STEP = 20, 10  # Sun et al. 2023
COMPARED = 10  # 90 questions
LONGEST_WORD, LONGEST_LIST = 512, 2048  # tokens of an answer, reasoning included


class LlmRanker(Reranker):
    """What the three have in common."""

    way = ""
    kind = ""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat

    @property
    def name(self) -> str:
        return f"{self._chat.model}, {self.way}"

    def query_notice(self, query: str) -> str | None:  # noqa: ARG002
        """None: a chat model does not say what it cuts."""
        return None

    def _passages(self, documents: Sequence[str]) -> tuple[list[str], list[str]]:
        """The passages as they are asked about, and a notice where some are cut."""
        shortened_texts = [shortened(text) for text in documents]
        n_cut = sum(was_cut for _, was_cut in shortened_texts)
        notice = (
            f"{n_cut} of the {len(documents)} documents are longer than {WORDS_READ} words: "
            f"{self.name} was shown their first {WORDS_READ}."
        )
        return [text for text, _ in shortened_texts], [notice] if n_cut else []


class PointwiseRanker(LlmRanker):
    """Rates each document from 1 to 10; one without a readable rating gets 0 and stands last."""

    way = "pointwise"
    kind = "rating, 1 to 10"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """A batch for each document as its answer comes."""
        passages, notices = self._passages(documents)
        questions = [rating_question(query, passage) for passage in passages]
        n_unreadable = 0
        last_reply_at = time.perf_counter()
        replies = self._chat.ask_all(SYSTEM, questions, longest=LONGEST_WORD, cancel=cancel)
        for n_done, (position, reply) in enumerate(replies, 1):
            rating = read_rating(reply.text)
            n_unreadable += rating is None
            last = n_done == len(documents)
            if last and n_unreadable == n_done:
                raise _nothing_readable(self.name, n_done, reply.text)
            if last and n_unreadable:
                notices.append(
                    f"{n_unreadable} of {n_done} answers of {self.name} were no rating: these "
                    "documents have none (0) and stand last."
                )
            now = time.perf_counter()
            yield ScoredBatch(
                (position,),
                (float(rating or 0),),
                (0,),
                now - last_reply_at,
                usage=replace(reply.usage, malformed=int(rating is None)),
                notices=tuple(notices) if last else (),
            )
            last_reply_at = now


class PairwiseRanker(LlmRanker):
    """Asks for each pair which is better, in both orders, and counts wins.

    Qin et al. 2023, "Large Language Models are Effective Text Rankers with Pairwise Ranking
    Prompting" (all pairs): a pair whose two answers differ gives each half a win. Only the
    first `compared` documents are compared; the others keep their order below them.
    """

    way = "pairwise"
    kind = "wins"

    def __init__(self, chat: ChatModel, *, compared: int = COMPARED) -> None:
        super().__init__(chat)
        self._compared = compared

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """One batch, when all pairs are answered."""
        start_time = time.perf_counter()
        passages, notices = self._passages(documents[: self._compared])
        pairs = list(combinations(range(len(passages)), 2))
        turned = [(b, a) for a, b in pairs]
        both_orders = [*pairs, *turned]
        letters: dict[int, str | None] = {}
        usage = Usage()
        last_answer = ""
        questions = [pair_question(query, passages[a], passages[b]) for a, b in both_orders]
        for number, reply in self._chat.ask_all(
            SYSTEM, questions, longest=LONGEST_WORD, cancel=cancel
        ):
            letters[number] = read_letter(reply.text)
            last_answer = reply.text
            usage += replace(reply.usage, malformed=int(letters[number] is None))
        if len(letters) < len(both_orders):
            return  # cancelled
        if both_orders and usage.malformed == len(both_orders):
            raise _nothing_readable(self.name, len(both_orders), last_answer)
        wins = [0.0] * len(passages)
        split = 0
        for number, (a, b) in enumerate(pairs):
            straight, reverse = letters[number], letters[number + len(pairs)]
            if (straight, reverse) == ("A", "B"):
                wins[a] += 1
            elif (straight, reverse) == ("B", "A"):
                wins[b] += 1
            else:
                wins[a] += 0.5
                wins[b] += 0.5
                split += straight is not None and reverse is not None
        beyond = len(documents) - len(passages)
        notices += self._notices(len(pairs), len(both_orders), split, usage.malformed, beyond)
        scores = (*wins, *(-float(i) for i in range(1, beyond + 1)))
        yield ScoredBatch(
            tuple(range(len(documents))),
            scores,
            (0,) * len(documents),
            time.perf_counter() - start_time,
            usage=usage,
            notices=tuple(notices),
        )

    def _notices(
        self, pairs: int, questions: int, split: int, unread: int, beyond: int
    ) -> list[str]:
        notices = []
        if split:
            notices.append(
                f"{self.name}: in {split} of {pairs} pairs the answer changed with the order of "
                "the two; each of them counts half a win."
            )
        if unread:
            notices.append(
                f"{unread} of {questions} answers of {self.name} were neither A nor B: each of "
                "such a pair counts half a win."
            )
        if beyond:
            notices.append(
                f"{self.name} compared the first {self._compared} documents, {questions} questions "
                f"in all; the other {beyond} keep their order below (scores under 0)."
            )
        return notices


class ListwiseRanker(LlmRanker):
    """Puts windows of documents in order, from the last to the first.

    Sun et al. 2023, "Is ChatGPT Good at Search?" (RankGPT): windows of 20 that move by 10,
    so that a good document is carried to the front. The score is the place counted from the
    end: an order is all that the model gives.
    """

    way = "listwise"
    kind = "place from the end"

    def __init__(self, chat: ChatModel, *, window: int = WINDOW, step: int = STEP) -> None:
        if not 0 < step <= window:
            raise CrossExamError(f"a window of {window} cannot move by {step}: give 1 to {window}")
        super().__init__(chat)
        self._window = window
        self._step = step

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """A batch for each window: the documents whose place no later window changes."""
        passages, notices = self._passages(documents)
        n_documents = len(documents)
        order = list(range(n_documents))
        end, n_windows, n_incomplete = n_documents, 0, 0
        while end > 0:
            if cancel is not None and cancel():
                return
            window_start_time = time.perf_counter()
            start = max(0, end - self._window)
            window = order[start:end]
            question = list_question(query, [passages[i] for i in window])
            try:
                reply = self._chat.ask(SYSTEM, question, longest=LONGEST_LIST, cancel=cancel)
            except Cancelled:
                return
            positions, is_complete = read_order(reply.text, len(window))
            order[start:end] = [window[i] for i in positions]
            n_windows += 1
            n_incomplete += not is_complete
            settled_from = 0 if start == 0 else end - min(self._step, end - start)
            if start == 0 and n_incomplete:
                notices.append(
                    f"{n_incomplete} of {n_windows} answers of {self.name} did not name each "
                    "document exactly once: those left out kept their order behind those named."
                )
            settled_positions = order[settled_from:end]
            yield ScoredBatch(
                tuple(settled_positions),
                tuple(float(n_documents - place) for place in range(settled_from, end)),
                (0,) * len(settled_positions),
                time.perf_counter() - window_start_time,
                usage=replace(reply.usage, malformed=int(not is_complete)),
                notices=tuple(notices) if start == 0 else (),
            )
            end = settled_from


WAYS: dict[str, type[PointwiseRanker] | type[PairwiseRanker] | type[ListwiseRanker]] = {
    ranker.way: ranker for ranker in (PointwiseRanker, PairwiseRanker, ListwiseRanker)
}


def llm_ranker(way: str, chat: ChatModel) -> PointwiseRanker | PairwiseRanker | ListwiseRanker:
    """The ranker of that way: "pointwise", "pairwise" or "listwise"."""
    if way not in WAYS:
        raise CrossExamError(f"no way of ranking {way!r}: give one of {', '.join(WAYS)}")
    return WAYS[way](chat)


def _nothing_readable(name: str, count: int, said: str) -> CrossExamError:
    return CrossExamError(
        f"{name}: none of {count} answers could be read (the last one: {said[:80]!r}); choose "
        "another model or way of ranking"
    )

"""A chat model behind any OpenAI-compatible endpoint: Ollama, vLLM, or a hosted service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine.types import Cancel, Cancelled, CrossExamError, Usage
from models.remote.http_json import JsonService, Patience
from models.remote.http_parts import base_variable, environment_key
from models.remote.prices import priced

KEY_VARIABLE = "OPENAI_API_KEY"
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, without its reasoning, and what that consumed."""

    text: str
    usage: Usage


class ChatModel:
    """Asks one model, at temperature 0; up to `at_once` questions at a time."""

    def __init__(self, service: JsonService, model: str, *, at_once: int = AT_ONCE) -> None:
        self._service = service
        self._at_once = at_once
        self.model = model

    @classmethod
    def from_choice(
        cls,
        address: str,
        model: str,
        *,
        key: str = "",
        patience: Patience | None = None,
        per_minute: float | None = None,
        at_once: int = AT_ONCE,
    ) -> ChatModel:
        """The model of that name at that address ("/v1" is added where it has no path)."""
        if not model:
            raise CrossExamError(
                "an LLM needs a model: give llm-listwise:http://HOST:PORT/v1#MODEL"
            )
        base = address if urlsplit(address).path.strip("/") else address.rstrip("/") + "/v1"
        service = JsonService(
            "the LLM endpoint",
            base,
            key=key
            or environment_key(KEY_VARIABLE, base, "https://api.openai.com/v1")
            or environment_key(KEY_VARIABLE, address),
            key_hint=f"check {KEY_VARIABLE}, which goes to {base_variable(KEY_VARIABLE)} alone, or "
            "type another key on the Models page",
            patience=patience,
            per_minute=per_minute,
        )
        return cls(service, model, at_once=at_once)

    def ask(self, system: str, user: str, *, longest: int, cancel: Cancel | None = None) -> Reply:
        """The reply of at most `longest` tokens; raises CrossExamError when there is none."""
        answer = self._service.post(
            "/chat/completions",
            {
                "model": self.model,
                "messages": [
                    {"role": "system", "content": system},
                    {"role": "user", "content": user},
                ],
                "temperature": 0,
                "max_tokens": longest,
                "stream": False,
            },
            cancel=cancel,
        )
        try:
            text = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            text = 0
        if text is not None and not isinstance(text, str):
            raise CrossExamError(
                f"{self._service.name} at {self._service.base} answered without "
                "choices[0].message.content: check that it is OpenAI-compatible"
            )
        usage = priced(_usage(answer), urlsplit(self._service.base).hostname or "", self.model)
        return Reply(without_reasoning(text or ""), usage)

    def ask_all(
        self,
        system: str,
        questions: Sequence[str],
        *,
        longest: int,
        cancel: Cancel | None = None,
    ) -> Iterator[tuple[int, Reply]]:
        """(position, reply) of every question, as they come; stops early when cancelled."""
        pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="llm")

        def one(question: str) -> Reply:
            if cancel is not None and cancel():
                raise Cancelled("the questions were called off")
            return self.ask(system, question, longest=longest, cancel=cancel)

        waiting: dict[Future[Reply], int] = {
            pool.submit(one, question): i for i, question in enumerate(questions)
        }
        try:
            for done in as_completed(waiting):
                try:
                    yield waiting[done], done.result()
                except Cancelled:
                    return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def without_reasoning(text: str) -> str:
    """The text after a reasoning model's <think> block; "" where the block never ends."""
    if "</think>" in text:
        text = text.rpartition("</think>")[2]
    elif "<think>" in text:
        return ""
    return text.strip()


def _usage(answer: Any) -> Usage:
    usage = answer.get("usage") if isinstance(answer, dict) else None
    usage = usage if isinstance(usage, dict) else {}
    counts = [usage.get(name, 0) for name in ("prompt_tokens", "completion_tokens")]
    prompt_tokens, answer_tokens = (
        count if type(count) is int and count > 0 else 0 for count in counts
    )
    return Usage(requests=1, input_tokens=prompt_tokens, output_tokens=answer_tokens)

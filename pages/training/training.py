"""Training: a bi-encoder from the cross-encoder, or a cross-encoder from people's judgments."""

from __future__ import annotations

from components.common.messages import notice
from components.search.headline import headline
from pages.search.loaded_corpus import opened
from pages.training.form import teach_form
from pages.training.running import ended, running
from pages.training.trained_models import left_off, own_models
from state import url_state as choices
from state.permissions import Act, refusal
from state.training import trainings as training

chosen = choices.current()
ready = opened(chosen)
headline("Can a model be trained on this corpus, and is it better for it?")
dark = choices.is_dark()

task = training.current()
if task is not None and task.running:
    running(task, dark=dark)
else:
    if task is not None:
        ended(task)
    if refused := refusal(Act.TRAINING):
        notice(refused)
    else:
        teach_form(ready)
left_off()
own_models(dark=dark)
if not training.trained() and not training.unfinished() and task is None:
    notice(
        "Nothing was trained here yet. What you train stays on this machine, in the cache folder, "
        "as safetensors in sentence-transformers' layout."
    )

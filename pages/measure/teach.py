"""Teach: a bi-encoder from the cross-encoder, or a cross-encoder from people's judgments."""

from __future__ import annotations

from components.headline import headline
from components.messages import notice
from pages.measure.teach_form import teach_form
from pages.measure.teach_models import left_off, own_models
from pages.measure.teach_running import ended, running
from pages.search.opened import opened
from state import choices, training
from state.permissions import Act, refusal

chosen = choices.current()
ready = opened(chosen)
headline("Can a model be taught this corpus, and is it better for it?")
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
if not training.taught() and not training.unfinished() and task is None:
    notice(
        "Nothing was taught here yet. What you teach stays on this machine, in the cache folder, "
        "as safetensors in sentence-transformers' layout."
    )

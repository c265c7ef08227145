"""Training: a bi-encoder from the cross-encoder, or a cross-encoder from people's judgments."""

from __future__ import annotations

from components.common.messages import notice
from components.search.headline import headline
from jobs.visitor_jobs import Slot
from pages.search.loaded_corpus import opened
from pages.search.others_work import others_work
from pages.training.form import training_form
from pages.training.frozen_models import frozen_models
from pages.training.paused import paused_trainings
from pages.training.running import ended, running
from pages.training.trained_models import trained_models
from state import url_state
from state.permissions import Act, refusal
from state.share import shown_figures
from state.training import trainings

chosen = url_state.current()
loaded = opened(chosen, of_query=False)
headline("Can a model be trained on this corpus, and is it better for it?")
dark = url_state.is_dark()

job = trainings.current()
if job is not None and job.running:
    running(job, dark=dark)
else:
    if job is not None:
        ended(job)
    if refused := refusal(Act.TRAINING):
        notice(refused)
    else:
        training_form(loaded)
others_work(Slot.TRAINING, but=job)
paused_trainings()
trained_models(dark=dark)
if models := trainings.trained():
    shown_figures.show(frozen_models(models))
if not trainings.trained() and not trainings.unfinished() and job is None:
    notice(
        "Nothing was trained here yet. What you train stays on this machine, in the cache folder, "
        "as safetensors in sentence-transformers' layout."
    )

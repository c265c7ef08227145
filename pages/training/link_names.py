"""What a link of the Training page can name: the form, not the training."""

from __future__ import annotations

from components.training.examples_form import MOST_STEPS, MOST_SYNTHETIC, MOST_UNJUDGED, QUESTIONS
from components.training.wording import KINDS
from engine.types.share.link_names import choice, identifier, number

PARENT = identifier("from_model", "the name of a model", key="_teach_parent")
TEACHER = identifier("teacher", "the name of a cross-encoder", key="teach_teacher")
STEPS = number("steps", 1, MOST_STEPS, 100, key="_teach_steps")

TRAINING_LINKS = {
    "training": (
        choice("train", {each: each for each in KINDS}, "distilled", key="teach_kind"),
        PARENT,
        TEACHER,
        choice("learn_from", {each: each for each in QUESTIONS}, "both", key="teach_questions"),
        number("synthetic", 10, MOST_SYNTHETIC, 100, key="teach_made"),
        number("unjudged", 0, MOST_UNJUDGED, 0, key="teach_unjudged"),
        STEPS,
    )
}

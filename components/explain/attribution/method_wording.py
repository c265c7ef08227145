"""How the lenses are named and described on screen, by the method names of attributions."""

from __future__ import annotations

from components.common.wording import shortened

METHODS = {
    "integrated gradients": "Integrated gradients",
    "occlusion (delete)": "Leave one word out (delete)",
    "occlusion (mask)": "Leave one word out (mask)",
    "attention": "Attention received",
    "attention rollout": "Attention rollout",
    "attention × gradient": "Attention × gradient",
    "occlusion of the cosine": "Leave one word out",
    "integrated jacobians of the cosine": "Integrated Jacobians",
    "gradient of the cosine": "Gradient × embedding",
}
BASELINES = {
    "empty document": "[PAD] for the document's words",
    "pad": "[PAD] for every word",
    "mask": "[MASK] for every word",
    "unk": "[UNK] for every word",
}
QUERY_STAYS = (
    "The query stays whole in this baseline, so its words have no value: take [PAD] for every "
    "word, or leave one word out, to see them."
)
ABOUT = {
    "integrated gradients": "Gradients of the logit, summed on the way from the baseline to the "
    "pair (Sundararajan et al. 2017): the values of all words sum to the gap between the two.",
    "occlusion (delete)": "What the logit loses when this one word is taken out.",
    "occlusion (mask)": "What the logit loses when this one word is replaced by [MASK].",
    "attention": "The mean share of attention that a word gets from the words of the other text, "
    "over all layers and heads.",
    "attention rollout": "How much of each word flows to where the score is read, [CLS] in BERT, "
    "through all layers (Abnar & Zuidema 2020).",
    "attention × gradient": "The attention that a word gets, times how the logit would change "
    "with it, over all layers and heads.",
    "occlusion of the cosine": "What the cosine loses when this one word is taken out of its text. "
    "The values need not sum to the cosine.",
    "integrated jacobians of the cosine": "The cosine's gradients, summed on the way from texts "
    "without a word (Möller et al. 2023, an attribution method for siamese encoders).",
    "gradient of the cosine": "Gradient of the cosine times the word's embedding. There is no "
    "baseline, so the values need not sum to the cosine.",
}
ATTENTION_IS_NOT_THE_CAUSE = (
    "Attention shows where heads look; it is **not the cause of the score**. So it has a colour "
    "of its own here, and its own check, like every explanation on this page."
)
LONGEST_TITLE = 42


def short(title: str) -> str:
    """A title that fits on a button."""
    return shortened(title, LONGEST_TITLE)

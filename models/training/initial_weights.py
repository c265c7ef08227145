"""The models that a training begins with, as sentence-transformers' own objects."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError
from models.backends.packages import packaged_folder
from models.catalogue import packaged_model
from models.cross_encoders.pair_recipe import pair_recipe, read_json
from models.hub.resolving import folder_of
from models.loading import marco_l12_model


def licence_of(name: str) -> str:
    """The licence of a parent, which its child inherits; "" where it names none."""
    packaged = packaged_model(name)
    if packaged is not None:
        return packaged.licence
    from models.trained import trained_model

    trained = trained_model(name)
    return str(trained.record.get("licence") or "") if trained is not None else ""


def bi_encoder_start(name: str, *, fetch: bool = False) -> Any:
    """The bi-encoder of that name as a SentenceTransformer.

    Raises CrossExamError for one that could not be loaded again afterwards: trained are BERT
    models that take the mean of their tokens, from a folder with safetensors.
    """
    packaged = packaged_model(name)
    if packaged is not None and (packaged.role != BI_ENCODER or packaged.form != "safetensors"):
        raise CrossExamError(
            f"{name} cannot be trained: it is a {packaged.role} in {packaged.form} form; choose a "
            "bi-encoder with safetensors such as sentence-transformers/all-MiniLM-L6-v2"
        )
    if packaged is not None:
        folder = packaged_folder(packaged.distribution, packaged.folder)
    else:
        folder = folder_of(name, fetch=fetch)
        from models.loading import bi_encoder_parts

        bi_encoder_parts(name, fetch=fetch)  # says what is wrong with it
    from models.training.trainer import open_bi_encoder

    if (folder / "modules.json").is_file():
        return open_bi_encoder(folder)
    return _with_mean_pooling(folder)


def cross_encoder_start(name: str, scratch: Path, *, fetch: bool = False) -> Any:
    """The cross-encoder of that name as a CrossEncoder whose score is the raw logit.

    A packaged one is written to `scratch` first. Raises CrossExamError for one with several
    labels or an activation: what it makes could not be explained afterwards.
    """
    from models.training.trainer import open_cross_encoder

    packaged = packaged_model(name)
    if packaged is not None:
        if packaged.role != CROSS_ENCODER:
            raise CrossExamError(
                f"{name} is a {packaged.role}, not a cross-encoder: choose another"
            )
        source = packaged_folder(packaged.distribution, packaged.folder)
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        model = marco_l12_model(source / packaged.weights, log=lambda _: None)
        model.requires_grad_(True).save_pretrained(str(scratch), safe_serialization=True)
        for file in source.glob("*token*.json"):
            shutil.copy(file, scratch / file.name)
        if (source / "vocab.txt").is_file():
            shutil.copy(source / "vocab.txt", scratch)
        opened = open_cross_encoder(scratch, packaged.max_length)
        shutil.rmtree(scratch, ignore_errors=True)
        return opened
    folder = folder_of(name, fetch=fetch)
    recipe = pair_recipe(folder, name)
    kind = read_json(folder / "config.json").get("model_type")
    if kind != "bert" or len(recipe.labels) > 1 or recipe.activation != "raw":
        raise CrossExamError(
            f"{name} cannot be fine-tuned here: a plain BERT with one label and a raw logit can; "
            "choose one such as cross-encoder/ms-marco-MiniLM-L-12-v2"
        )
    return open_cross_encoder(folder, recipe.max_length)


def _with_mean_pooling(folder: Path) -> Any:
    """A plain BERT folder as a SentenceTransformer, as this app reads it: mean, unit vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    transformer = Transformer(str(folder), model_kwargs={"local_files_only": True})
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()])

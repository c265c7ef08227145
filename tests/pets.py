"""A small BEIR folder with judgments, about snakes, languages and a few other things."""

from __future__ import annotations

import json
from pathlib import Path

DOCUMENTS = {
    "ball": ("Ball python care guide", "Keep the snake warm and feed it one mouse a week."),
    "lang": ("Python programming tutorial", "Write a function, then call it in a loop."),
    "corn": ("Corn snakes", "A corn snake is a harmless constrictor and an easy pet."),
    "java": ("Java", "A language that runs on a virtual machine."),
    "isle": ("Java island", "An island of Indonesia with many volcanoes."),
    "cat": ("Cats", "Cats purr when they are content."),
    "tax": ("Income tax", "Declare what you earned before the end of May."),
    "bank": ("River bank", "The bank of the river was flooded in spring."),
    "loan": ("Bank loan", "Borrow money from a bank at a fixed rate."),
    "empty": ("", ""),
    "long": ("Reptile handbook", "Reptiles need care. " * 200 + "A python is a snake."),
    "dup": ("Cats", "Cats purr when they are content."),
}
QUERIES = {
    "q1": ("python snake", ["ambiguous"]),
    "q2": ("borrow money", ["paraphrase", "money"]),
    "q3": ("content cats", ["money"]),
    "unjudged": ("volcano", []),
}
QRELS = {
    ("q1", "ball"): 3,
    ("q1", "corn"): 2,
    ("q1", "lang"): 0,
    ("q2", "loan"): 3,
    ("q2", "bank"): 0,
    ("q3", "cat"): 2,
    ("q3", "dup"): 2,
}


def write_pets(folder: Path) -> Path:
    """Write the folder `pets` below `folder` and return it."""
    pets = folder / "pets"
    (pets / "qrels").mkdir(parents=True)
    documents = [{"_id": i, "title": title, "text": t} for i, (title, t) in DOCUMENTS.items()]
    queries = [{"_id": i, "text": t, "metadata": {"tags": g}} for i, (t, g) in QUERIES.items()]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (pets / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    lines = [f"{query}\t{doc}\t{grade}" for (query, doc), grade in QRELS.items()]
    (pets / "qrels" / "test.tsv").write_text(
        "\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n"
    )
    return pets

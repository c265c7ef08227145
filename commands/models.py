"""The command `models`: the catalogue, and what runs it fastest here."""

from __future__ import annotations

import argparse
from typing import Any

from commands.command import Command
from commands.output import ProgressLine
from engine.types import stored_values
from models.catalogue import cards
from models.hub.hub_catalogue import REMOTE, additional_cards
from workbench.workbench import Workbench


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checksums", action="store_true", help="read the weights' checksums")
    parser.add_argument(
        "--measure", action="store_true", help="measure what runs them fastest, and keep that"
    )


def _models(args: argparse.Namespace) -> list[dict[str, Any]]:
    if args.measure:
        Workbench().model_setup.measure_backends(on_progress=ProgressLine().update)
    all_cards = (*cards(checksums=args.checksums), *additional_cards())
    return [stored_values(card) for card in all_cards]


def _model_lines(result: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in result:
        source = _where(row)
        size = f"{row['size_bytes'] / 1e6:.0f} MB, " if row["size_bytes"] else ""
        limit = f"{row['max_length']} tokens, " if row["max_length"] else ""
        lines.append(f"{row['name']}\n    {row['role']}, {size}{limit}{row['licence']}, {source}")
        lines.append(f"    {row['source']} ({row['revision']})\n    {row['note']}")
        if row["engine"] is not None:
            lines += backend_lines(row["engine"])
    return lines


def _where(row: dict[str, Any]) -> str:
    """Whether a model is here, or a service can be asked."""
    if row["role"] == REMOTE:
        return "can be asked" if row["available"] else "needs a key in the environment"
    return "on this machine" if row["available"] else "not on this machine"


def backend_lines(choice: dict[str, Any]) -> list[str]:
    """What runs a model, why, and what each backend gave."""
    lines = [f"    runs by {choice['engine']}: {choice['reason']}"]
    for row in choice["figures"]:
        speed = f"{row['per_second']:7.1f} {choice['unit']}/s" if row["per_second"] else f"{'':13}"
        note = row["note"] or f"at most {row['difference']:.4f} from fp32 torch"
        lines.append(f"      {row['label']:18} {speed}  {note}")
        if drift := row.get("drift"):
            lines.append(
                f"        drift of a logit from fp32 over {drift['pairs']} pairs: mean "
                f"{drift['mean']:.4f}, p99 {drift['p99']:.4f}, p99.9 {drift['p999']:.4f}, "
                f"largest {drift['largest']:.4f}"
            )
    return lines


MODELS = Command("models", "the catalogue of models", _models, _model_lines, _options)

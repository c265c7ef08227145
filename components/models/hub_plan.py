"""What a download from the hub would bring, in sentences."""

from __future__ import annotations


def plan_sentence(
    name: str, *, size: int, present_bytes: int, free: int, licence: str, files: int, fits: bool
) -> str:
    """Size, licence and disk, and what to do where it does not fit."""
    have = f", {megabytes(present_bytes)} of them are here already" if present_bytes else ""
    text = (
        f"{name}: {megabytes(size)} in {files} files{have}; licence: {licence}. "
        f"{megabytes(free)} of the disk are free."
    )
    return text if fits else text + " That is too little: free some space first."


def megabytes(size: int) -> str:
    """Bytes as a person reads them: "0.4 MB", "133 MB", "2.3 GB"."""
    if size >= 1e9:
        return f"{size / 1e9:,.1f} GB"
    return f"{size / 1e6:,.1f} MB" if size < 10e6 else f"{size / 1e6:,.0f} MB"

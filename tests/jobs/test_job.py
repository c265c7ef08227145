"""What is kept of a job that failed: its words, and nothing that the work had in hand."""

from __future__ import annotations

import weakref

import pytest

from engine.types import Cancelled, CrossExamError
from jobs.job import Job

PATIENCE = 20.0


class Upload:
    """Many bytes that somebody sent."""


@pytest.mark.parametrize("kind", [CrossExamError, Cancelled, ValueError])
def test_the_error_of_a_job_that_is_kept_holds_nothing_of_the_work(
    kind: type[Exception],
) -> None:
    held: list[weakref.ref[Upload]] = []

    def decode(upload: Upload) -> None:
        held.append(weakref.ref(upload))
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    def work(_: Job[int]) -> int:
        upload = Upload()
        try:
            decode(upload)
        except UnicodeDecodeError as error:
            raise kind("the file is no text") from error
        return 1

    job = Job("reading", work)
    assert job.wait(PATIENCE)
    assert job.problem is not None
    assert "the file is no text" in str(job.problem)
    assert (job.problem.__cause__, job.problem.__context__) == (None, None)
    assert [each() for each in held] == [None]
    with pytest.raises(CrossExamError, match="the file is no text"):
        job.result()

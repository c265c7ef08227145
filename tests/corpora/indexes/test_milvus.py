"""Milvus as a file of this machine, and the same tests against a cluster where one is named:
CROSSEXAM_TEST_MILVUS_URI=http://localhost:19530 (CROSSEXAM_TEST_MILVUS_TOKEN, if it needs one).
"""

from __future__ import annotations

import math
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from corpora.indexes.milvus_client import MilvusAddress, MilvusConnection
from corpora.indexes.milvus_collection import MilvusCollection
from corpora.indexes.milvus_import import import_documents, resume_point
from corpora.indexes.milvus_layout import MOST_BYTES, bm25_text, collection_name
from corpora.stores.memory_store import MemoryStore
from engine.types import Cancelled, CrossExamError, Document
from tests.corpora.indexes import milvus_rows as rows
from tests.corpora.indexes.milvus_rows import BM25, DIMENSIONS, documents, embed

ROOT = Path(__file__).parents[3]
URI, TOKEN = "CROSSEXAM_TEST_MILVUS_URI", "CROSSEXAM_TEST_MILVUS_TOKEN"
MANY = 600


@dataclass
class Place:
    """Where a test's collections are; each has a name of its own there."""

    address: MilvusAddress
    name: str
    opened: list[MilvusConnection]

    def connect(self) -> MilvusConnection:
        self.opened.append(MilvusConnection.open(self.address))
        return self.opened[-1]

    def collection(self) -> MilvusCollection:
        return rows.collection(self.connect(), self.name)

    def leave(self) -> None:
        while self.opened:
            self.opened.pop().close()


@pytest.fixture(params=["file", "cluster"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "file":
        address = MilvusAddress.of_file(tmp_path / "milvus" / "test.db")
    else:
        uri = os.environ.get(URI, "").strip()
        if not uri:
            pytest.skip(f"no cluster is named: set {URI} to its address")
        address = MilvusAddress.of_cluster(uri, os.environ.get(TOKEN, ""))
    place = Place(address, uuid.uuid4().hex, [])
    yield place
    if request.param == "cluster":
        place.leave()
        place.collection().drop()
    place.leave()


def positions_in(collection: MilvusCollection) -> list[int]:
    """Every row's position, read back one by one."""
    found = collection.connection.client.query(
        collection.name, filter="position >= 0", output_fields=["position"], limit=10_000
    )
    return sorted(row["position"] for row in found)


def filled(place: Place, docs: list[Document]) -> MilvusCollection:
    collection = place.collection()
    store = MemoryStore.from_documents(docs)
    import_documents(collection, store, embed, DIMENSIONS)
    return collection


def test_a_corpus_is_streamed_in_and_both_searches_find_what_numpy_and_bm25_by_hand_find(
    place: Place,
) -> None:
    docs = documents(MANY)
    most: list[int] = []
    progress: list[tuple[int, int]] = []

    class Counting(MemoryStore):
        def get(self, doc_ids):  # type: ignore[no-untyped-def]
            most.append(len(doc_ids))
            return super().get(doc_ids)

    collection = place.collection()
    import_documents(
        collection,
        Counting.from_documents(docs),
        embed,
        DIMENSIONS,
        at_once=128,
        on_progress=lambda done, total: progress.append((done, total)),
    )
    assert max(most) == 128
    assert progress[0] == (0, MANY)
    assert progress[-1] == (MANY, MANY)
    assert positions_in(collection) == list(range(MANY))

    vectors = embed([d.content for d in docs])
    found = 0
    for query in embed([f"query {i}" for i in range(20)]):
        exact = np.argsort(-(vectors @ query))[:10]
        scores, positions = collection.search(query, 10)
        np.testing.assert_allclose(scores, vectors[positions] @ query, atol=1e-5)
        assert list(scores) == sorted(scores, reverse=True)
        found += len(set(exact) & set(positions))
    assert found / 200 >= 0.95

    query = "snow1 the rain7 sun3"
    expected = bm25_by_hand(docs, query)
    scores, positions = collection.match(query, MANY)
    assert dict(zip(positions.tolist(), scores.tolist(), strict=True)) == pytest.approx(
        expected, rel=1e-3
    )
    assert list(scores) == sorted(scores, reverse=True)
    some = [*positions[-2:].tolist(), *(i for i in range(9) if i not in expected)]
    assert collection.match_only(query, some) == pytest.approx(
        {i: expected[i] for i in some if i in expected}, rel=1e-3
    )


def bm25_by_hand(docs: list[Document], query: str) -> dict[int, float]:
    """Lucene's BM25 (k1 1.5, b 0.75) of the documents that gain anything."""
    terms = [
        [t for t in re.findall(r"\w+", d.content.lower()) if t not in BM25.stop_words] for d in docs
    ]
    mean = sum(map(len, terms)) / len(terms)
    scores: dict[int, float] = {}
    for word in [w for w in query.split() if w not in BM25.stop_words]:
        holding = sum(word in found for found in terms)
        idf = math.log(1 + (len(docs) - holding + 0.5) / (holding + 0.5))
        for i, found in enumerate(terms):
            tf = Counter(found)[word]
            if tf:
                scores[i] = scores.get(i, 0.0) + idf * tf * (BM25.k1 + 1) / (
                    tf + BM25.k1 * (1 - BM25.b + BM25.b * len(found) / mean)
                )
    return scores


def test_what_was_put_in_is_there_after_a_restart_and_is_not_embedded_again(place: Place) -> None:
    docs = documents(MANY)
    before = filled(place, docs).match("snow1 rain7", 20)
    place.leave()

    collection = place.collection()
    store = MemoryStore.from_documents(docs)
    progress: list[int] = []

    def refuse(texts):  # type: ignore[no-untyped-def]
        raise AssertionError(f"{len(texts)} texts were embedded anew")

    import_documents(
        collection, store, refuse, DIMENSIONS, on_progress=lambda done, _: progress.append(done)
    )
    assert progress == []
    assert len(collection) == MANY
    after = collection.match("snow1 rain7", 20)
    assert before[1].tolist() == after[1].tolist()
    vectors = embed([d.content for d in docs])
    assert collection.search(vectors[7], 1)[1].tolist() == [7]


def test_killed_in_the_middle_of_an_import_it_goes_on_without_a_loss_or_a_double(
    place: Place,
) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.corpora.indexes.milvus_rows",
        place.address.uri,
        str(MANY),
    ]
    with subprocess.Popen(
        [*command, place.name, "0.05"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line.split()[1]) >= 200:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL

    collection = place.collection()
    progress: list[int] = []
    docs = documents(MANY)
    store = MemoryStore.from_documents(docs)
    import_documents(
        collection,
        store,
        embed,
        DIMENSIONS,
        at_once=50,
        on_progress=lambda done, _: progress.append(done),
    )
    assert 200 <= progress[0] < MANY
    assert positions_in(collection) == list(range(MANY))
    vectors = embed([d.content for d in docs])
    for i in (0, 199, progress[0] - 1, progress[0], MANY - 1):
        assert collection.search(vectors[i], 1)[1].tolist() == [i]


def test_rows_beyond_a_hole_are_put_in_again(place: Place) -> None:
    docs = documents(300)
    collection = place.collection()
    collection.create(DIMENSIONS)
    collection.load()
    texts = [d.content for d in docs]
    collection.insert(0, texts[:100], embed(texts[:100]))
    collection.insert(150, texts[150:200], embed(texts[150:200]))
    assert resume_point(collection, 300) == 100
    assert positions_in(collection) == list(range(100))
    import_documents(collection, MemoryStore.from_documents(docs), embed, DIMENSIONS)
    assert positions_in(collection) == list(range(300))


def test_a_cancelled_import_keeps_what_is_stored(place: Place) -> None:
    docs = documents(300)
    collection = place.collection()
    store = MemoryStore.from_documents(docs)
    progress: list[int] = []
    with pytest.raises(Cancelled, match="after 100 of 300"):
        import_documents(
            collection,
            store,
            embed,
            DIMENSIONS,
            at_once=50,
            on_progress=lambda done, _: progress.append(done),
            cancel=lambda: bool(progress) and progress[-1] >= 100,
        )
    progress.clear()
    import_documents(
        collection, store, embed, DIMENSIONS, on_progress=lambda done, _: progress.append(done)
    )
    assert progress[0] == 100
    assert positions_in(collection) == list(range(300))


def test_building_can_be_cancelled_and_is_finished_by_the_next_import(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = place.collection()
    store = MemoryStore.from_documents(documents(300))
    building: list[bool] = []
    load = collection.load

    def slow() -> None:
        time.sleep(0.7 if building else 0)
        load()

    monkeypatch.setattr(collection, "load", slow)
    given = {"on_building": lambda: building.append(True), "cancel": lambda: bool(building)}
    with pytest.raises(Cancelled, match="building the index was cancelled"):
        import_documents(collection, store, embed, DIMENSIONS, **given)  # type: ignore[arg-type]
    again = place.collection()
    import_documents(again, store, embed, DIMENSIONS)
    assert positions_in(again) == list(range(300))
    assert len(again.match("snow1 rain1 wind1 sun1 fog1", 50)[0]) > 0


def test_vectors_that_are_kept_are_taken_over(place: Place) -> None:
    docs = documents(120)
    collection = place.collection()
    embeddings = embed([f"other {i}" for i in range(120)])

    def refuse(texts):  # type: ignore[no-untyped-def]
        raise AssertionError("embedded though the vectors are kept")

    store = MemoryStore.from_documents(docs)
    import_documents(collection, store, refuse, DIMENSIONS, embeddings=embeddings)
    assert collection.search(embeddings[11], 1)[1].tolist() == [11]
    with pytest.raises(CrossExamError, match="119 vectors are kept for 120 documents"):
        import_documents(collection, store, refuse, DIMENSIONS, embeddings=embeddings[:119])


def test_texts_of_any_kind_are_stored_and_never_become_part_of_an_expression(place: Place) -> None:
    hostile = "' or position >= 0 or \" \\ ) -- {x} %s \u0000 \ud83d <b>é</b> rain1"
    docs = documents(40)
    docs[3] = Document("x' or 1 == 1 --" + "y" * 100_000, hostile)
    docs[4] = Document("", "")
    docs[5] = Document("long", "marker " + "ü" * 40_000 + " unread")
    collection = place.collection()
    cut = import_documents(collection, MemoryStore.from_documents(docs), embed, DIMENSIONS)
    assert cut == 1
    assert positions_in(collection) == list(range(40))
    assert 3 in collection.match("rain1", 40)[1]
    assert collection.match("marker", 5)[1].tolist() == [5]
    assert collection.match("unread", 5)[1].tolist() == []  # it lies beyond what BM25 reads
    for query in (hostile, "' or 1 == 1", "position", "\ud83d", "", " ", "\u0000", "é" * 40_000):
        scores, positions = collection.match(query, 40)
        assert len(scores) == len(positions) <= 40
    assert collection.match("position", 40)[1].tolist() == [3]


def test_a_text_is_cut_at_a_character_and_composed() -> None:
    text, cut = bm25_text("ü" * 40_000)
    assert cut
    assert len(text.encode("utf-8")) == MOST_BYTES - 1
    assert bm25_text("cafe\u0301") == ("café", False)


def test_another_process_has_the_file(tmp_path: Path) -> None:
    path = tmp_path / "held.db"
    holder = (
        "import sys, milvus_lite.db as db; held = db.MilvusLite(sys.argv[1]);"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(CrossExamError, match=r"open in another process.*milvus-lite server"):
            MilvusConnection.open(MilvusAddress.of_file(path))
        process.kill()


def test_a_cluster_that_cannot_be_reached_is_an_error_within_seconds() -> None:
    refusing = socket.socket()
    refusing.bind(("127.0.0.1", 0))  # bound, and not listening
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(8)
    try:
        for sock in (refusing, silent):
            uri = f"http://127.0.0.1:{sock.getsockname()[1]}"
            address = MilvusAddress.of_cluster(uri, "root:secret-token")
            ended: list[str] = []

            def tried(address: MilvusAddress = address, ended: list[str] = ended) -> None:
                try:
                    MilvusConnection.open(address, seconds=1.0)
                except CrossExamError as error:
                    ended.append(str(error))

            thread = threading.Thread(target=tried, daemon=True)
            thread.start()
            thread.join(20)
            assert not thread.is_alive()
            assert uri in ended[0]
            assert "nobody answers there" in ended[0]
            assert "secret" not in ended[0]
    finally:
        refusing.close()
        silent.close()


def test_a_cluster_lost_during_a_search_is_an_error_within_seconds(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = "import sys; from milvus_lite.adapter.grpc.server import run_server;"
    command += "run_server(sys.argv[1], '127.0.0.1', int(sys.argv[2]))"
    with subprocess.Popen(
        [sys.executable, "-c", command, str(tmp_path / "served.db"), str(port)],
        stdout=subprocess.DEVNULL,
    ) as process:
        address = MilvusAddress.of_cluster(f"http://127.0.0.1:{port}")
        connection = opened_when_up(address)
        collection = rows.collection(connection, "lost")
        store = MemoryStore.from_documents(documents(30))
        import_documents(collection, store, embed, DIMENSIONS)
        assert len(collection.match("snow1 rain1 wind1 sun1", 5)[0]) > 0
        process.kill()
    with pytest.raises(CrossExamError, match=f"Milvus at http://127.0.0.1:{port}: searching"):
        collection.match("snow1", 5)
    connection.close()


def opened_when_up(address: MilvusAddress) -> MilvusConnection:
    for _ in range(60):
        try:
            return MilvusConnection.open(address, seconds=2.0)
        except CrossExamError:
            time.sleep(0.25)
    raise AssertionError("the server did not come up")


@pytest.mark.parametrize(
    "uri",
    ["", "localhost:19530", "ftp://host", "http://", "http://host:port", "http://h:99999", "a b"],
)
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(CrossExamError, match="no address of Milvus"):
        MilvusAddress.of_cluster(uri)


def test_a_password_in_the_address_is_refused_and_a_token_is_never_shown() -> None:
    with pytest.raises(CrossExamError, match="as the token") as caught:
        MilvusAddress.of_cluster("http://root:hunter2@host:19530")
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(MilvusAddress.of_cluster("http://host:19530", "hunter2"))


def test_a_collection_has_a_safe_name_of_its_own_for_each_corpus_model_and_recipe() -> None:
    from dataclasses import replace

    from corpora.indexes.embeddings import EmbeddingKey
    from corpora.indexes.milvus_layout import Graph

    key = EmbeddingKey("fp", "model/x", "1", "bf16", "title text")
    name = collection_name(key, BM25, Graph())
    assert re.fullmatch(r"[a-z][a-z0-9_]{10,80}", name)
    others = [
        collection_name(replace(key, **{field: "'; drop"}), BM25, Graph())
        for field in ("corpus_fingerprint", "model", "revision", "recipe")
    ]
    others += [collection_name(key, BM25, graph) for graph in (Graph(8), Graph(16, 80))]
    assert len({name, *others}) == 7
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{10,80}", other) for other in others)
    assert collection_name(replace(key, precision="fp32"), BM25, Graph()) == name

"""What a page offers for download, fetched as a click fetches it."""

from __future__ import annotations

from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryFile, MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

from tests.pages.driver import protos


class Downloads:
    """The files of the last drawing."""

    def __init__(self) -> None:
        self._storage = MemoryMediaFileStorage("/mock/media")
        self._manager = MediaFileManager(self._storage)

    def manager_of_a_run(self, _: object) -> MediaFileManager:
        """A manager for one drawing, as AppTest has one for each."""
        self._manager = MediaFileManager(self._storage)
        return self._manager

    def file(self, at: AppTest, label: str = "") -> MemoryFile:
        """The file of the one button with `label` in its own; no button has a file before."""
        buttons = protos(at, "download_button")
        (button,) = [each for each in buttons if label in each.label.replace("\\", "")]
        assert not button.url, "a file made beforehand may be gone when the browser asks for it"
        url = self._manager.execute_deferred(button.deferred_file_id)
        return self._storage.get_file(url.rsplit("/", 1)[-1])

    def text(self, at: AppTest, label: str = "") -> str:
        """That file as text."""
        return self.file(at, label).content.decode("utf-8")

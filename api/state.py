"""What a running application holds, and how routes get at it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread

from api.desk.oidc import Provider
from api.desk.services import Desk
from api.limits import AddressLimit, Limit
from api.metrics import Metrics
from api.problems import ProblemError
from api.store import Store
from api.training.services import Training
from rag.ask import Assistant
from rag.content import Corpus, LawLibrary, load_corpus
from rag.ground import Contact, HeguiError, IndexMissingError, Settings, contact_of, short_of_room
from rag.index import Pointer, read_pointer
from rag.llm import ChatClient, open_client
from rag.script import Checker, Reworder, load_pack
from rag.site import behind

logger = logging.getLogger("hegui.api")

T = TypeVar("T")

WORKERS = 8
MAX_WAITING = 256  # a room of 60 asking twice at once waits its turn, a few seconds
REFRESH_PAUSE = 30.0
LEAST_DISK_MB = 50  # below it questions handed over and publications are soon refused


class Engine:
    """The corpus and the assistant, opened when first needed and again after a failure.

    So the application starts without an index, says which command builds it, and uses it as soon as it is there.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._no_refresh_before = 0.0
        self._corpus: tuple[Pointer | None, Corpus] | None = None
        self._assistant: Assistant | None = None
        self._checker: tuple[Corpus, Checker] | None = None
        self._chat: ChatClient | None = None
        self._reworder: Reworder | None = None
        self._lock = threading.Lock()

    def corpus(self) -> Corpus:
        """The guidelines as published last: the assistant's if it is open, so that answers and listings agree.

        Raises:
            ContentError: the content is broken.
        """
        if self._assistant is not None:
            self._refresh(self._assistant)
            return self._assistant.corpus
        pointer = read_pointer(self._settings.data / "index")
        with self._lock:
            if self._corpus is None or self._corpus[0] != pointer:
                self._corpus = pointer, load_corpus(self._settings.guidelines)
            return self._corpus[1]

    def assistant(self) -> Assistant:
        """The assistant over the newest published index.

        Raises:
            ContentError: the content is broken.
            IndexMissingError: no index has been published.
        """
        if self._assistant is not None:
            self._refresh(self._assistant)
            return self._assistant
        corpus, folder = self.corpus(), self._settings.data / "index"
        with self._lock:
            if self._assistant is None:
                if read_pointer(folder) is None:  # before the embedding model is loaded for nothing
                    raise IndexMissingError(str(folder))
                self._assistant = Assistant.open(self._settings, corpus, self._chat_model())
                self._corpus = None  # from now on the assistant's
            return self._assistant

    def limits(self) -> str:
        """What readers should know of the search at the moment: a sentence, or "" (also while there is no assistant)."""
        try:
            return self.assistant().limits
        except HeguiError:
            return ""

    def checker(self) -> Checker:
        """The script check over the corpus that is being served; made anew when that changes.

        Raises:
            ContentError: the guidelines or the rules are broken.
        """
        corpus = self.corpus()
        with self._lock:
            if self._checker is None or self._checker[0] is not corpus:
                self._checker = corpus, Checker(corpus, load_pack(self._settings.guidelines / "rules"))
            return self._checker[1]

    def reworder(self) -> Reworder | None:
        """What asks the chat model for wordings of a script; None where none is set or it cannot be opened."""
        limit = self._settings.script_rewordings
        with self._lock:
            try:
                chat = self._chat_model() if limit else None
            except HeguiError as error:
                logger.warning("scripts are checked without a chat model: %s", error)
                return None
            if self._reworder is None and chat is not None:
                self._reworder = Reworder(chat, limit)
            return self._reworder

    def _chat_model(self) -> ChatClient | None:
        """The chat model of the settings, opened once for all that ask it. Called under the lock."""
        if self._chat is None and (chat := open_client(self._settings)) is not None:
            self._chat = chat
            self._metrics.add(chat.meter)
        return self._chat

    def _refresh(self, assistant: Assistant) -> None:
        """Let one request look for a new index; the others, and after a failure all, go on with the old one."""
        if time.monotonic() < self._no_refresh_before or not self._lock.acquire(blocking=False):
            return
        try:
            assistant.refresh()
        except HeguiError as error:
            logger.warning("index not refreshed: %s", error)
            self._no_refresh_before = time.monotonic() + REFRESH_PAUSE
        finally:
            self._lock.release()

    def close(self) -> None:
        """Release the assistant."""
        if self._assistant is not None:
            self._assistant.close()
            self._assistant = None
        elif self._chat is not None:
            self._chat.close()
        self._chat = self._reworder = None


@dataclass
class State:
    """Everything the routes share; made by ``create_app``, released at the end of the lifespan."""

    settings: Settings
    engine: Engine
    store: Store
    metrics: Metrics
    asking: Limit
    looking_up: Limit
    laws: LawLibrary
    desk: Desk
    training: Training
    signing_in: AddressLimit
    guessing: AddressLimit
    desk_key: bytes | None = None
    oidc: Provider | None = None
    workers: anyio.CapacityLimiter | None = None

    @property
    def contact(self) -> Contact:
        """Whom to turn to, from the settings; the national hotline if no number is set."""
        return contact_of(self.settings)

    async def run(self, work: Callable[[], T]) -> T:
        """Run blocking work in the bounded pool.

        Raises:
            ProblemError: 503 with Retry-After when too many are waiting already.
        """
        if self.workers is None:
            self.workers = anyio.CapacityLimiter(WORKERS)
        if self.workers.statistics().tasks_waiting >= MAX_WAITING:
            raise ProblemError(
                503, "busy", "现在提问的人太多", "请 5 秒后再试。", headers={"Retry-After": "5"}
            )
        return await anyio.to_thread.run_sync(work, limiter=self.workers)


def parts(state: State) -> dict[str, HeguiError | None]:
    """What is broken of each part, with what mends it; of ``answers``: why there are none. With the others they go on."""
    found = dict.fromkeys(("answers", "search", "index", "site"))
    found |= {"database": state.store.fault(), "disk": short_of_room(state.settings.data, LEAST_DISK_MB)}
    try:
        assistant = state.engine.assistant()
    except HeguiError as error:
        return found | {"answers": error}
    site = behind(state.settings, assistant.corpus)
    return found | {"search": assistant.fault, "index": assistant.behind, "site": site}

"""Everything that can go wrong, as one tree, and the finding: one thing wrong with one place of one file.

    DeepGenealogyError
    ├── SourcesRefused          records that break the rules (carries every finding, not only the first)
    ├── FileRefused             a file of the user's own that cannot be loaded (carries file, line and column)
    ├── SettingRefused          an option or variable that cannot be used
    ├── NotFound                a name that is not there (carries the nearest names)
    ├── Retired                 an IRI that names nothing any more (carries its successor)
    ├── SnapshotUnusable        a store folder that cannot be read or written
    ├── StateNotHeld            a former state of the data that is not held here any more (carries those that are)
    ├── FolderRefused           a folder that cannot take what is to be written into it
    ├── AnswerBrokenOff         an answer whose sending had begun cannot be ended
    ├── EndpointUnanswered      an external graph that was to be linked did not answer as it should
    ├── EngineUnanswered        the engine elsewhere did not answer as it should (carries its name)
    ├── PublicationRefused      graphs that were put into an engine elsewhere are not what was sent
    ├── HarvestRefused          a package that cannot be harvested, or a harvest that lost too much
    ├── StorageRefused          the disk did not take a write: nothing is changed
    ├── ConditionFailed         a write whose condition does not hold: somebody wrote before
    ├── WriteInterrupted        the process that writes ended before it had answered
    ├── WorkerFailed            a worker process that failed: ours, not the asker's
    └── QuestionRefused         a query that cannot be put to the engine
        ├── QuerySyntax         ... because it does not parse (carries line and column)
        ├── BodyRefused         ... because the RDF sent with it cannot be read (carries line and column)
        ├── FormNotReadable     ... because its answer has a form that the asker cannot read
        ├── ParameterRefused    ... because a parameter is missing, unknown or of the wrong kind
        ├── CallOutRefused      ... because it would make this server call another
        ├── ServiceUnanswered   ... because another server that it may call did not answer as it should
        ├── TooDeep             ... because it is nested too deeply to be evaluated
        └── LimitReached        ... or not answered, because a limit stands in the way (carries its name)
            ├── QueryTooLong, TimeLimitReached, MemoryLimitReached, AnswerTooLarge, AnswerTooLargeToPin
            ├── EngineLimitReached
            └── Busy            all workers are taken (carries after how many seconds to ask again)

It refuses to know what becomes of an error: HTTP status codes belong to `web`, exit codes to `cli`.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing wrong: where, which rule, what, and how to cure it.

    >>> print(Finding("data/tasks/x.yaml", 2, "unknown-key", "unknown key 'lable'", "did you mean 'label'?"))
    data/tasks/x.yaml:2: unknown key 'lable'; did you mean 'label'? [unknown-key]
    """

    file: str
    line: int
    rule: str
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}; {self.cure} [{self.rule}]"


class DeepGenealogyError(Exception):
    """The base of every error that this package raises on purpose."""


class SourcesRefused(DeepGenealogyError):
    """Files that break the rules; `findings` holds every breach."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(map(str, self.findings)))


class FileRefused(DeepGenealogyError):
    """A file of RDF that cannot be loaded; `line` and `column` count from 1 and are 0 when nobody knows them."""

    def __init__(self, file: str, words: str, line: int = 0, column: int = 0) -> None:
        self.file, self.words, self.line, self.column = file, words, line, column
        place = ":".join([file, *(str(number) for number in (line, column) if number)])
        super().__init__(f"{place}: {words}; nothing is changed")


class SettingRefused(DeepGenealogyError):
    """A setting whose value cannot be used; `name` and `value` say which."""

    def __init__(self, name: str, value: str, cure: str) -> None:
        self.name, self.value = name, value
        super().__init__(f"setting '{name}' cannot be '{value}': {cure}")


class NotFound(DeepGenealogyError):
    """A name that is not there; `near` holds the names that are nearest to it."""

    def __init__(self, kind: str, name: str, near: Sequence[str] = ()) -> None:
        self.kind, self.name, self.near = kind, name, tuple(near)
        hint = f"; did you mean {' or '.join(map(repr, self.near))}?" if self.near else ""
        super().__init__(f"there is no {kind} '{name}'{hint}")


class Retired(DeepGenealogyError):
    """An IRI that names nothing any more; `successor` (relative to the base) stands in its place, '' for nothing."""

    def __init__(self, name: str, *, successor: str, date: str, reason: str) -> None:
        self.name, self.successor, self.date, self.reason = name, successor, date, reason
        since = f" since {date}" if date else ""
        why = f": {reason}" if reason else ""
        cure = f"use '{successor}' instead" if successor else "nothing stands in its place"
        super().__init__(f"'{name}' is retired{since}{why}; {cure}")


class SnapshotUnusable(DeepGenealogyError):
    """A snapshot or store folder that cannot be read or written."""


class FolderRefused(DeepGenealogyError):
    """A folder that cannot take what is to be written into it; nothing was written."""

    def __init__(self, folder: object, cure: str) -> None:
        self.folder = folder
        super().__init__(f"{folder} cannot take it: {cure}")


class StateNotHeld(DeepGenealogyError):
    """A former state of the data that is not held here, any more or at all; `held` names those that are."""

    def __init__(self, name: str, held: Sequence[str]) -> None:
        self.name, self.held = name, tuple(held)
        super().__init__(
            f"the snapshot '{name[:80]}' is not held here (any more); held are {', '.join(held)}: ask one of these, or "
            "ask without a snapshot (snapshots_kept says how many are held)"
        )


class QuestionRefused(DeepGenealogyError):
    """A question that cannot be put to the engine."""


class QuerySyntax(QuestionRefused):
    """A query that does not parse; `line` and `column` count from 1 and are 0 when the parser gave none."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        self.words, self.line, self.column = message, line, column
        super().__init__(f"line {line}, column {column}: {message}" if line else message)


class BodyRefused(QuestionRefused):
    """RDF that was sent and cannot be read; `line` and `column` count from 1 and are 0 when nobody knows them."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        self.words, self.line, self.column = message, line, column
        super().__init__(f"line {line}, column {column}: {message}" if line else message)


class FormNotReadable(QuestionRefused):
    """The answer would have a form (`bindings`, `boolean` or `graph`) that the asker accepts in no format."""

    def __init__(self, form: str) -> None:
        self.form = form
        super().__init__(f"the answer is a {form}, and no format was accepted that can hold one")


class ParameterRefused(QuestionRefused):
    """A parameter of a published query that is missing, unknown or of the wrong kind."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"parameter '{name}' {problem}")


class CallOutRefused(QuestionRefused):
    """A query that would make this server open a connection: SERVICE, LOAD."""


class ServiceUnanswered(QuestionRefused):
    """A query that calls another server, which did not answer as it should."""


class TooDeep(QuestionRefused):
    """A query that is nested too deeply to be evaluated."""


class LimitReached(QuestionRefused):
    """A limit stands in the way; `setting` names the setting that holds it."""

    setting = ""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message} ({self.setting})" if self.setting else message)


class QueryTooLong(LimitReached):
    """The query is longer than the limit."""

    setting = "query_length_limit_bytes"


class TimeLimitReached(LimitReached):
    """The query was not answered in time."""

    setting = "query_time_limit_s"


class MemoryLimitReached(LimitReached):
    """The query needs more memory than it may take."""

    setting = "worker_memory_limit_bytes"


class AnswerTooLarge(LimitReached):
    """The answer is larger than the limit."""

    setting = "answer_size_limit_bytes"


class AnswerTooLargeToPin(LimitReached):
    """The answer is larger than one that can be pinned."""

    setting = "answer_spool_bytes"


class EngineLimitReached(LimitReached):
    """The engine elsewhere has a limit of its own, and would give, or has given, a part of the answer."""

    setting = "engine"


class Busy(LimitReached):
    """Every worker is taken and the queue is full."""

    setting = "quick_workers, slow_workers, queue_limit"

    def __init__(self, message: str, *, retry_after_s: int, setting: str = "") -> None:
        self.retry_after_s = retry_after_s
        self.setting = setting or self.setting
        super().__init__(message)


class AnswerBrokenOff(DeepGenealogyError):
    """An answer whose sending had begun cannot be ended; the asker is to see that it is not whole."""


class WorkerFailed(DeepGenealogyError):
    """A worker process that failed for no reason that lies with the asker."""


class EndpointUnanswered(DeepGenealogyError):
    """An external graph that was to be linked did not answer as it should; the message says what was tried."""


class HarvestRefused(DeepGenealogyError):
    """A package that cannot be had or read as pinned, or a harvest that lost too much; nothing is changed."""


class EngineUnanswered(DeepGenealogyError):
    """The engine elsewhere did not answer as it should; `engine` says which, `words` what it did and what to do."""

    def __init__(self, engine: str, words: str) -> None:
        self.engine, self.words = engine, words
        super().__init__(f"{engine} {words}")


class PublicationRefused(DeepGenealogyError):
    """What an engine elsewhere holds after a publication is not what was sent; no snapshot is named there."""


class StorageRefused(DeepGenealogyError):
    """A write that the disk did not take (full, read-only, over a quota); the former snapshot stays in force."""


class ConditionFailed(DeepGenealogyError):
    """A write under a condition (If-Match, If-None-Match) that does not hold, because somebody else wrote meanwhile."""


class WriteInterrupted(DeepGenealogyError):
    """The process that writes ended before it had answered; the message says what is in force."""

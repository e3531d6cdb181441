"""Everything that can go wrong, as one tree, and the finding: one thing wrong with one place of one file.

    DeepGenealogyError
    ├── SourcesRefused          records that break the rules (carries every finding, not only the first)
    ├── SettingRefused          an option or variable that cannot be used
    ├── NotFound                a name that is not there (carries the nearest names)
    ├── SnapshotUnusable        a store folder that cannot be read or written
    ├── AnswerBrokenOff         an answer whose sending had begun cannot be ended
    ├── StorageRefused          the disk did not take a write: nothing is changed
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
            ├── QueryTooLong, TimeLimitReached, MemoryLimitReached, AnswerTooLarge
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


class SnapshotUnusable(DeepGenealogyError):
    """A snapshot or store folder that cannot be read or written."""


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


class Busy(LimitReached):
    """Every worker is taken and the queue is full."""

    setting = "quick_workers, slow_workers, queue_limit"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class AnswerBrokenOff(DeepGenealogyError):
    """An answer whose sending had begun cannot be ended; the asker is to see that it is not whole."""


class WorkerFailed(DeepGenealogyError):
    """A worker process that failed for no reason that lies with the asker."""


class StorageRefused(DeepGenealogyError):
    """A write that the disk did not take (full, read-only, over a quota); the former snapshot stays in force."""


class WriteInterrupted(DeepGenealogyError):
    """The process that writes ended before it had answered; the message says what is in force."""

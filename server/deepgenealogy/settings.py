"""The one table of settings: option > `DEEPGENEALOGY_*` variable > default. Units stand in the names."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import SettingRefused
from .locations import default_store


@dataclass(frozen=True)
class Setting:
    """One row: its name, what its text becomes, its default and what it is for."""

    name: str
    read: Callable[[str], Any]
    default: Callable[[], Any]
    help: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"DEEPGENEALOGY_{self.name.upper()}"


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise ValueError("it must be greater than zero")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < 86_400:
        raise ValueError("it must lie between 0 and 86400 seconds")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise ValueError("it must lie between 0 and 65535")
    return number


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 16:
        raise ValueError("it must lie between 0 and 16")
    return number


def _switch(text: str) -> str:
    if text not in ("on", "off"):
        raise ValueError("it must be 'on' or 'off'")
    return text


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false", "on", "off", "1", "0"):
        raise ValueError("it must be 'on' or 'off'")
    return text.lower() in ("true", "on", "1")


def _default_graph(text: str) -> str:
    if text not in ("union", "strict"):
        raise ValueError("it must be 'union' or 'strict'")
    return text


def _start(text: str) -> str:
    if text not in ("auto", "fork", "spawn"):
        raise ValueError("it must be 'auto', 'fork' or 'spawn'")
    return text


SETTINGS = {
    row.name: row
    for row in (
        Setting("host", str, lambda: "127.0.0.1", "address to listen on"),
        Setting("port", _port, lambda: 8000, "port to listen on; 0 takes a free one"),
        Setting("store", Path, default_store, "folder of the snapshots"),
        Setting("default_graph", _default_graph, lambda: "union",
                "default graph of a query: 'union' of all named graphs, or 'strict' (empty)"),
        Setting("snapshots_kept", _positive, lambda: 8,
                "snapshots that stay on disk, the one in force included; permalinks are answered from them"),
        Setting("threads", _positive, lambda: 64, "threads that answer requests"),
        Setting("quick_workers", _positive, lambda: 4, "processes that begin queries, half of them for no heavy ones"),
        Setting("slow_workers", _positive, lambda: 2, "processes that go on with queries of more than quick_lane_s"),
        Setting("quick_lane_s", _seconds, lambda: 1.0, "after so many seconds a query leaves the quick lane"),
        Setting("queue_limit", _positive, lambda: 16, "queries that may wait for a place in a lane"),
        Setting("query_time_limit_s", _seconds, lambda: 30.0, "longest time a query may take, in seconds"),
        Setting("query_length_limit_bytes", _positive, lambda: 200_000, "longest query, in bytes"),
        Setting("query_depth_limit", _positive, lambda: 150, "deepest nesting of brackets in a query"),
        Setting("worker_memory_limit_bytes", _positive, lambda: 512_000_000, "memory that a query may take, in bytes"),
        Setting("answer_size_limit_bytes", _positive, lambda: 256_000_000, "largest answer, in bytes"),
        Setting("answer_spool_bytes", _positive, lambda: 4_000_000, "an answer up to this size is whole when sent"),
        Setting("delivery_limit", _positive, lambda: 16, "answers beyond the spool that are read at the same time"),
        Setting("export_limit", _positive, lambda: 4, "dumps that are made and read at the same time"),
        Setting("request_size_limit_bytes", _positive, lambda: 2_000_000, "largest request body, in bytes"),
        Setting("answer_cache_bytes", _positive, lambda: 64_000_000, "memory for answers asked for again, in bytes"),
        Setting("worker_start", _start, lambda: "auto",
                "how workers start: 'fork' from a copy in memory, 'spawn' to read from disk, or 'auto'"),
        Setting("memory_store_limit_quads", _positive, lambda: 10_000_000, "largest snapshot held in memory, in quads"),
        Setting("allow_service", str, lambda: "", "hosts that SERVICE may call, comma separated; none unless given"),
        Setting("service_time_limit_s", _seconds, lambda: 10.0, "longest time of one call by SERVICE, in seconds"),
        Setting("service_size_limit_bytes", _positive, lambda: 10_000_000, "largest answer to one SERVICE, in bytes"),
        Setting("engine", str, lambda: "", "address of a SPARQL 1.1 engine that holds the data; none unless given"),
        Setting("engine_user", str, lambda: "", "user name at the engine elsewhere; never an option"),
        Setting("engine_password", str, lambda: "", "password at the engine elsewhere; never an option"),
        Setting("engine_token", str, lambda: "",
                "bearer token at the engine elsewhere, in place of a user; never an option"),
        Setting("engine_store", str, lambda: "",
                "address of its Graph Store Protocol; known of Oxigraph and Virtuoso without it"),
        Setting("engine_connections", _positive, lambda: 16, "connections to the engine elsewhere at the same time"),
        Setting("access_log", _switch, lambda: "on", "whether each request is noted on standard error: 'on' or 'off'"),
        Setting("sender_patience_s", _seconds, lambda: 30.0,
                "how long a silent connection, or a request whose head drips in, is waited for, in seconds"),
        Setting("repository_url", str, lambda: "",
                "address before the paths of the records' files, for links to them; none unless given"),
        Setting("proxy_hops", _count, lambda: 0, "proxies in front whose X-Forwarded headers are believed"),
        Setting("writable", _flag, lambda: False, "whether /update and /store take writes; needs token_file"),
        Setting("token_file", Path, Path, "file with the token that writes must carry; '.' for none"),
    )
}  # fmt: skip


def resolve(name: str, option: object = None, environ: Mapping[str, str] = os.environ) -> Any:
    """The value in force of setting `name`: the option if given, else its variable, else its default."""
    row = SETTINGS[name]
    value = option if option is not None else environ.get(row.variable)
    if value is None:
        return row.default()
    try:
        return row.read(str(value))
    except ValueError as problem:
        raise SettingRefused(name, str(value), str(problem)) from problem


@dataclass(frozen=True)
class Settings:
    """Every setting with its value in force."""

    host: str
    port: int
    store: Path
    default_graph: str
    snapshots_kept: int
    threads: int
    quick_workers: int
    slow_workers: int
    quick_lane_s: float
    queue_limit: int
    query_time_limit_s: float
    query_length_limit_bytes: int
    query_depth_limit: int
    worker_memory_limit_bytes: int
    answer_size_limit_bytes: int
    answer_spool_bytes: int
    delivery_limit: int
    export_limit: int
    request_size_limit_bytes: int
    answer_cache_bytes: int
    worker_start: str
    memory_store_limit_quads: int
    allow_service: str
    service_time_limit_s: float
    service_size_limit_bytes: int
    engine: str
    engine_user: str
    engine_password: str = field(repr=False)
    engine_token: str = field(repr=False)
    engine_store: str
    engine_connections: int
    access_log: str
    sender_patience_s: float
    repository_url: str
    proxy_hops: int
    writable: bool
    token_file: Path

    @classmethod
    def of(cls, **options: object) -> "Settings":
        """Settings in force, given the options of a command line (None means not given)."""
        return cls(**{name: resolve(name, options.get(name)) for name in SETTINGS})

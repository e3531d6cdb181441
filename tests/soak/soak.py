"""The soak: 16 clients send light, heavy and hostile requests to one server for ten minutes.

Run it by `make soak`, or as `python -m tests.soak.soak --minutes 1`. It prints every outcome, the memory over time,
the workers that were lost, and the 99th percentile of the light questions beside that of the same server idle before.
Exit code 1: a 5xx but 503, 504 and 507, a well-formed request without an answer, memory beyond its ceiling, or a lost
worker.
"""

import argparse
import contextlib
import http.client
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deepgenealogy.settings import SETTINGS
from tests.protocol.asking import server
from tests.soak.repertoire import Sent, chosen, light
from tests.soak.watching import Sample, figures, sample

ROLES = ["light"] * 8 + ["heavy"] * 4 + ["hostile"] * 4
INTENDED = frozenset({503, 504, 507})
TIME_LIMIT_S = 5.0
IDLE_S = 15.0
SAMPLE_S = 10.0

#: What the server process may take beyond what it took idle, besides a full answer cache.
SERVER_GROWTH_BYTES = 150_000_000


@dataclass
class Record:
    """What the clients saw."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    light_s: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, sent: Sent, outcome: str, seconds: float) -> None:
        """Takes down one request."""
        with self.lock:
            self.outcomes[sent.kind, outcome] += 1
            if sent.kind == "light" and outcome == "200":
                self.light_s.append(seconds)

    def failures(self) -> list[str]:
        """The outcomes that must not be."""
        return [
            f"{kind}: {outcome}, {count} times"
            for (kind, outcome), count in sorted(self.outcomes.items())
            if outcome.startswith("no answer")
            or (outcome.isdigit() and int(outcome) >= 500 and int(outcome) not in INTENDED)
        ]


def ask(place: str, sent: Sent) -> str:
    """The outcome of a request: its status, `left`, `cut` (the breaking off was seen), or `no answer` and why."""
    try:
        return _send_raw(place, sent) if sent.raw is not None else _send(place, sent)
    except (OSError, http.client.HTTPException) as problem:
        return f"no answer ({type(problem).__name__})"


def _send(place: str, sent: Sent) -> str:
    connection = http.client.HTTPConnection(place, timeout=60)
    with contextlib.closing(connection):
        connection.request(sent.method, sent.target, sent.body, dict(sent.headers))
        if sent.leaves_after_s is not None:
            time.sleep(sent.leaves_after_s)
            return "left"
        response = connection.getresponse()
        try:
            while response.read(65_536):
                time.sleep(sent.pause_s)
        except http.client.IncompleteRead:
            return "cut, and seen to be"
        return str(response.status)


def _send_raw(place: str, sent: Sent) -> str:
    host, _, port = place.partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(sent.raw or b"")
        if sent.leaves_after_s is not None:
            time.sleep(sent.leaves_after_s)
            return "left"
        answer = connection.recv(65_536)
    return answer[9:12].decode("ascii", "replace") if answer.startswith(b"HTTP/1.") else "no answer (nothing in HTTP)"


def client(place: str, role: str, record: Record, until: float) -> None:
    """Sends one request after the other until the time is over."""
    while time.monotonic() < until:
        sent = chosen(role)
        begun = time.monotonic()
        outcome = ask(place, sent)
        record.note(sent, outcome, time.monotonic() - begun)
        if role != "heavy":
            time.sleep(0.01)


def idle(place: str) -> list[float]:
    """Seconds of each light question while nobody else asks."""
    record, until = Record(), time.monotonic() + IDLE_S
    while time.monotonic() < until:
        sent, begun = light(), time.monotonic()
        record.note(sent, ask(place, sent), time.monotonic() - begun)
    return record.light_s


def load(place: str, pid: int, seconds: float, record: Record) -> list[Sample]:
    """All clients at once; the samples of memory meanwhile."""
    begun = time.monotonic()
    until = begun + seconds
    clients = [threading.Thread(target=client, args=(place, role, record, until)) for role in ROLES]
    for thread in clients:
        thread.start()
    samples = []
    while (now := time.monotonic()) < until:
        samples.append(sample(pid, now - begun))
        print(_shown(samples[-1]), f"{record.outcomes.total()} requests", flush=True)
        time.sleep(min(SAMPLE_S, max(0.0, until - now)))
    for thread in clients:
        thread.join()
    return samples


def _shown(seen: Sample) -> str:
    return (
        f"{seen.second:6.0f} s  server {seen.server / 1e6:6.1f} MB  "
        f"{seen.processes} processes below {seen.below / 1e6:7.1f} MB  zombies {seen.zombies}"
    )


def lost_workers(place: str, pid: int) -> list[str]:
    """Places that were not given back and processes that were forgotten, once everything has had time to end."""
    time.sleep(TIME_LIMIT_S + 3)
    told, seen = figures(place), sample(pid, 0)
    held = [name for name, value in told.items() if name.startswith("deepgenealogy_lane_taken") and value > 0]
    found = [f"{name} is still {told[name]:g}" for name in held]
    if seen.zombies:
        found.append(f"{seen.zombies} processes have ended and nobody noticed")
    alive = told["deepgenealogy_workers_alive"]
    if not 0 < alive <= SETTINGS["quick_workers"].default():
        found.append(f"{alive:g} workers are said to be alive")
    if alive != seen.processes - 1:  # the other one is the zygote
        found.append(f"{alive:g} workers are said to be alive, and {seen.processes - 1} processes are there")
    return found


def memory_breaches(samples: Sequence[Sample], before: Sample, after: Sample) -> list[str]:
    """Where memory went beyond its ceiling."""
    cache = SETTINGS["answer_cache_bytes"].default()
    workers = SETTINGS["quick_workers"].default() + SETTINGS["slow_workers"].default()
    # One worker more a place may be starting while its predecessor is being ended.
    below = before.below + 2 * workers * SETTINGS["worker_memory_limit_bytes"].default()
    ceiling = before.server + cache + SERVER_GROWTH_BYTES
    found = [f"server above {ceiling / 1e6:.0f} MB: {_shown(s)}" for s in (*samples, after) if s.server > ceiling]
    return [*found, *(f"workers above {below / 1e6:.0f} MB: {_shown(s)}" for s in samples if s.below > below)]


def percentile(seconds: Sequence[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return 1_000 * (statistics.quantiles(seconds, n=100)[98] if len(seconds) > 1 else float("nan"))


def soak(minutes: float, store: Path) -> list[str]:
    """Runs the soak; gives what must not have been."""
    with server(store, "--query-time-limit-s", str(TIME_LIMIT_S), "--access-log", "off") as (address, process):
        place, record = urlsplit(address).netloc, Record()
        alone = idle(place)
        before = sample(process.pid, 0)
        print(f"idle: {_shown(before)}")
        samples = load(place, process.pid, minutes * 60, record)
        lost = lost_workers(place, process.pid)
        after = sample(process.pid, minutes * 60)
        _report(record, alone, after, figures(place), lost)
        process.terminate()
        process.communicate(timeout=60)
        stopped = [] if process.returncode == 0 else [f"the server ended with {process.returncode}"]
    return [*record.failures(), *lost, *memory_breaches(samples, before, after), *stopped]


def _report(record: Record, alone: list[float], after: Sample, told: dict[str, float], lost: list[str]) -> None:
    print("\noutcomes")
    for (kind, outcome), count in sorted(record.outcomes.items()):
        print(f"  {count:8}  {kind}: {outcome}")
    print(f"\nafter it: {_shown(after)}")
    for what in ("started", "ended"):
        print(f"workers {what}: {told[f'deepgenealogy_workers_{what}_total']:g}")
    print(f"workers lost: {len(lost)}")
    print(f"light questions, 99th percentile: {percentile(record.light_s):.1f} ms among {len(ROLES)} clients, ", end="")
    print(f"{percentile(alone):.1f} ms idle ({len(record.light_s)} and {len(alone)} of them)")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    with tempfile.TemporaryDirectory() as folder:
        breaches = soak(parser.parse_args().minutes, Path(folder))
    for breach in breaches:
        print(f"BREACH  {breach}")
    print("the soak failed" if breaches else "the soak held")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())

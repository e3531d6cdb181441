"""Load on a server, and what it took: requests a second, latencies, and the processor time of all its processes.

Plain workloads are sent by wrk (Debian: wrk), which takes little of the machine and waits for nothing but answers.
Mixed ones, where light and heavy requests are told apart, are sent by threads of a process of its own: at the rates
that heavy queries leave, it is idle most of the time.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from tests.soak.watching import descendants

_SCRIPT = Path(__file__).with_name("requests.lua")
_TICKS = os.sysconf("SC_CLK_TCK")

#: Numbers for requests that must be unlike all others; each run takes those from here on.
_RUN = 10_000_000
_runs = count(int(time.time()) % 100_000 + 1)

#: A target and its headers.
Request = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Taken:
    """What one load took: requests a second, latencies, processor time a request; how many requests failed."""

    rate: float
    p50_ms: float
    p99_ms: float
    processor_us: float
    failed: int
    requests: int


def has_wrk() -> bool:
    """Whether wrk is there."""
    return shutil.which("wrk") is not None


def processor_s(pid: int) -> float:
    """The processor time of a process and of all below it that live, in seconds."""
    return sum(map(_own_s, [pid, *set(descendants(pid))]))


def _own_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def plain(address: str, pid: int, requests: Sequence[Request], seconds: float, connections: int = 8) -> Taken:
    """The load of wrk: the requests one after the other on each of some connections, each again when it is answered."""
    with NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        file.writelines(
            "\t".join([target, *(f"{n}: {v}" for n, v in given.items())]) + "\n" for target, given in requests
        )
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "--timeout", "30"]
        given = ["-s", str(_SCRIPT), address, "--", file.name, str(next(_runs) * _RUN)]
        before = processor_s(pid)
        done = subprocess.run([*command, *given], check=True, capture_output=True, text=True, timeout=seconds + 90)
    spent, told = processor_s(pid) - before, json.loads(done.stdout.splitlines()[-1])
    answered = max(1, told["requests"])
    return Taken(
        told["requests"] / told["seconds"],
        told["p50_ms"],
        told["p99_ms"],
        spent / answered * 1e6,
        told["failed"],
        told["requests"],
    )


def mixed(address: str, pid: int, light: Sequence[Request], heavy: Sequence[Request], seconds: float) -> Taken:
    """The load of 8 clients, every twentieth of whose requests is heavy; latencies and rate are of the light ones."""
    told = {"address": address, "light": light, "heavy": heavy, "seconds": seconds, "first": next(_runs) * _RUN}
    before = processor_s(pid)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps(told),
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 120,
    )
    spent, (times, failed) = processor_s(pid) - before, json.loads(done.stdout)
    return Taken(len(times) / seconds, *_percentiles(times), spent / max(1, len(times)) * 1e6, failed, len(times))


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    if len(times) < 2:
        return float("nan"), float("nan")
    return median(times) * 1e3, quantiles(times, n=100)[98] * 1e3


class _Clients:
    """Threads that ask: each in turn 19 light requests and a heavy one, beginning at different places."""

    def __init__(self, address: str, light: Sequence[Request], heavy: Sequence[Request], first: int) -> None:
        self._place = urlsplit(address).netloc
        self._light, self._heavy, self._numbers = light, heavy, count(first)
        self.times: list[float] = []
        self.failed = 0

    def run(self, seconds: float, clients: int = 8) -> None:
        """Asks for so many seconds."""
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._ask_on, args=(n * 7, until)) for n in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _ask_on(self, turn: int, until: float) -> None:
        connection = http.client.HTTPConnection(self._place, timeout=60)
        while time.monotonic() < until:
            turn += 1
            kind = self._heavy if turn % 20 == 0 else self._light
            target, headers = kind[turn % len(kind)]
            begun = time.monotonic()
            try:
                connection.request("GET", target.replace("{n}", str(next(self._numbers))), headers=headers)
                answer = connection.getresponse()
                answer.read()
                is_good = answer.status < 400
            except (OSError, http.client.HTTPException):
                connection.close()
                is_good = False
            if kind is self._light:
                self.times.append(time.monotonic() - begun)
                self.failed += not is_good
        connection.close()


def main(lines: Iterable[str]) -> None:
    """What `mixed` runs: reads what to do as JSON, writes the times of light requests and how many of them failed."""
    told = json.loads("".join(lines))
    clients = _Clients(told["address"], told["light"], told["heavy"], told["first"])
    clients.run(told["seconds"])
    print(json.dumps([clients.times, clients.failed]))


if __name__ == "__main__":
    main(sys.stdin)

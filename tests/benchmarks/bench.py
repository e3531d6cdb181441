"""Servers side by side on the same data in one run: answers compared first, then loads in rounds that take turns.

    make bench                                           # everything that takes minutes
    make bench ARGS="--quick"                            # two rounds of two seconds
    make bench ARGS="--workloads repeated,revalidated --servers deepgenealogy,oxigraph --rounds 7"

In each round every server in turn has the same load for some seconds, so that noise of the machine hits all alike; a
ratio is taken within a round. Results are added to build/bench/results.jsonl, and the tables written beside it.
"""

import argparse
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp

from tests.benchmarks import load
from tests.benchmarks.contestants import CONTESTANTS, PATIENCE_S, PLACE, Dataset, Running, dataset
from tests.benchmarks.results import OURS, Measured, kept, read, table, verdicts
from tests.benchmarks.sameness import answers, differences
from tests.benchmarks.workloads import WORKLOADS, Workload, heavy, set_of
from tests.protocol.asking import send
from tests.soak.watching import descendants, memory

#: Before they are timed, each different request is asked once, for so many seconds at most.
_WARM_S = 15.0


@dataclass(frozen=True)
class Plan:
    """What is measured: workloads at servers, over graphs of some sizes, in so many rounds of so many seconds."""

    workloads: Sequence[Workload]
    servers: Sequence[str]
    sizes: Sequence[int]
    rounds: int
    seconds: float


def requests_of(workload: Workload, running: Running, count: int) -> list[load.Request]:
    """The same requests for every server."""
    return workload.requests(running, count, random.Random(workload.name))


def comparable(workload: Workload, servers: Sequence[Running], count: int) -> list[Running]:
    """The servers that have such a thing and answer as ours does; who does not is left out with a word."""
    able = [running for running in servers if not workload.only or running.name in workload.only]
    if len(able) < 2:
        return able
    asked = {running.name: requests_of(workload, running, count) for running in able}
    ours = answers(next(running for running in able if running.name == OURS), asked[OURS])
    good = []
    for running in able:
        found = differences(ours, answers(running, asked[running.name]))
        if found:
            print(f"{workload.name}: {running.name} answers otherwise, and is not timed ({found})", flush=True)
        else:
            good.append(running)
    return good


def taken(workload: Workload, running: Running, requests: list[load.Request], plan: Plan, seconds: float) -> load.Taken:
    """One load."""
    if workload.is_mixed:
        return load.mixed(running.address, running.pid, requests, heavy(running), seconds)
    return load.plain(running.address, running.pid, requests, seconds, workload.connections)


def _warm(running: Running, requests: Sequence[load.Request]) -> None:
    until = time.monotonic() + _WARM_S
    for target, given in set_of(requests):
        if "{n}" not in target and time.monotonic() < until:
            send(running.address, "GET", target, None, given)


def measured(workload: Workload, servers: Sequence[Running], count: int, plan: Plan) -> Iterator[Measured]:
    """The rounds of one workload."""
    good = comparable(workload, servers, count)
    asked = {running.name: requests_of(workload, running, count) for running in good}
    for running in good:
        _warm(running, asked[running.name])
    for number in range(plan.rounds):
        for running in good:
            found = taken(workload, running, asked[running.name], plan, plan.seconds)
            yield Measured(running.name, workload.name, count, number, asdict(found))
            print(f"{workload.name:12} {running.name:16} {found.rate:9,.1f}/s  99 % {found.p99_ms:8.1f} ms", flush=True)


def memories(servers: Sequence[Running], count: int) -> Iterator[Measured]:
    """The memory of each server with all its processes after the loads, shared pages counted once."""
    for running in servers:
        size = sum(map(memory, [running.pid, *set(descendants(running.pid))]))
        yield Measured(running.name, "memory", count, 0, {"bytes": size})
        print(f"memory       {running.name:16} {size / 1e6:9,.0f} MB", flush=True)


def run(plan: Plan, data: Dataset, results: Path) -> None:
    """Every workload over one graph."""
    with ExitStack() as stack:
        servers = []
        for name in plan.servers:
            row = CONTESTANTS[name]
            if why := row.missing() or (data.count > row.largest and f"graphs of up to {row.largest}"):
                print(f"{name} is left out: {why}", flush=True)
                continue
            folder = Path(mkdtemp(prefix=f"{name}-", dir=PLACE))
            stack.callback(shutil.rmtree, folder)
            try:
                servers.append(stack.enter_context(row.start(data, folder)))
                print(f"{name} answers at {servers[-1].address}", flush=True)
            except AssertionError:
                print(f"{name} is left out: it did not answer within {PATIENCE_S:g} seconds", flush=True)
        for workload in plan.workloads:
            kept(results, measured(workload, servers, data.count, plan))
        kept(results, memories(servers, data.count))


def report(results: Path, sizes: Sequence[int]) -> str:
    """The tables, in Markdown."""
    rows = read(results)
    cores = os.cpu_count()
    parts = [f"# Servers side by side, on {cores} cores"]
    for count in sizes:
        parts += [f"## {count:,} architectures", table(rows, count), verdicts(rows, count)]
    return "\n\n".join(parts) + "\n"


def plan_of(chosen: argparse.Namespace) -> Plan:
    """The plan that the command line describes."""
    names = chosen.workloads.split(",") if chosen.workloads else list(WORKLOADS)
    servers = chosen.servers.split(",") if chosen.servers else list(CONTESTANTS)
    rounds, seconds = (2, 2.0) if chosen.quick else (chosen.rounds, chosen.seconds)
    sizes = [int(size) for size in chosen.sizes.split(",")]
    return Plan([WORKLOADS[name] for name in names], servers, sizes, rounds, seconds)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", help=f"of {', '.join(WORKLOADS)}; all of them unless given")
    parser.add_argument("--servers", help=f"of {', '.join(CONTESTANTS)}; all that are there unless given")
    parser.add_argument("--sizes", default="1000", help="numbers of architectures (1000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds of load in each round (5)")
    parser.add_argument("--quick", action="store_true", help="two rounds of two seconds")
    parser.add_argument("--keep", action="store_true", help="add to the results that are there")
    chosen = parser.parse_args()
    if not load.has_wrk():
        parser.exit(2, "wrk is needed (Debian: apt-get install wrk)\n")
    PLACE.mkdir(parents=True, exist_ok=True)
    results = PLACE / "results.jsonl"
    if not chosen.keep:
        results.unlink(missing_ok=True)
    plan = plan_of(chosen)
    for size in plan.sizes:
        run(plan, dataset(size), results)
    text = report(results, plan.sizes)
    (PLACE / "results.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

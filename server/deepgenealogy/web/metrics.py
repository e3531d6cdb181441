"""`/metrics`: what the server did and holds, in Prometheus form."""

from collections import Counter
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, current_app
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from .. import __version__
from ..engine.counts import Counting, Counts
from ..engine.interface import Engine
from ..engine.supervised import SupervisedEngine
from .caching import AnswerCache
from .desk import desk
from .prompt import Prompt

metrics = Blueprint("metrics", __name__)

_NAME = "deepgenealogy"


@metrics.get("/metrics")
def figures() -> Response:
    """The figures at this moment."""
    registry = CollectorRegistry()
    extensions = current_app.extensions
    kept = extensions["deepgenealogy.answers"], extensions["deepgenealogy.prompt"]
    registry.register(Figures(desk().engine, *kept, extensions["deepgenealogy.requests"]))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Figures(Collector):
    """Reads the figures where they lie; nothing is counted twice."""

    def __init__(
        self, engine: Engine, answers: AnswerCache, prompt: Prompt | None, requests: Counter[tuple[str, int]]
    ) -> None:
        self._engine, self._answers, self._prompt, self._counted = engine, answers, prompt, requests

    def collect(self) -> Iterable[Metric]:
        """Every family of figures."""
        yield InfoMetricFamily(
            f"{_NAME}_snapshot", "The snapshot in force", {"name": self._engine.version, "version": __version__}
        )
        yield self._requests()
        yield from self._cache()
        if isinstance(self._engine, Counting):
            yield from _queries(self._engine.counts)
        if isinstance(self._engine, SupervisedEngine):
            yield from _workers(self._engine)

    def _requests(self) -> Metric:
        family = CounterMetricFamily(f"{_NAME}_requests", "Requests answered", labels=["method", "status"])
        for (method, status), count in sorted(self._counted.copy().items()):
            family.add_metric([method, str(status)], count)
        return family

    def _cache(self) -> Iterator[Metric]:
        cache, prompt = self._answers, self._prompt
        size = cache.size_bytes + (prompt.repeats.size_bytes if prompt else 0)
        hits = cache.hits + (prompt.repeats.hits if prompt else 0)
        made = prompt.made if prompt else 0
        yield GaugeMetricFamily(f"{_NAME}_answer_cache_bytes", "Size of the kept answers", size)
        yield CounterMetricFamily(f"{_NAME}_answer_cache_hits", "Answers found in the cache", hits)
        yield CounterMetricFamily(f"{_NAME}_answer_cache_misses", "Answers that had to be made", cache.misses + made)
        yield CounterMetricFamily(f"{_NAME}_prompt_answers", "Answers made in the thread that reads", made)


def _queries(counts: Counts) -> Iterator[Metric]:
    queries = CounterMetricFamily(f"{_NAME}_queries", "Queries by outcome", labels=["outcome"])
    seconds = CounterMetricFamily(f"{_NAME}_query_seconds", "Seconds spent on queries, by outcome", labels=["outcome"])
    for outcome, count in sorted(counts.outcomes.copy().items()):
        queries.add_metric([outcome], count)
        seconds.add_metric([outcome], counts.seconds.get(outcome, 0.0))
    yield from (queries, seconds)


def _workers(engine: SupervisedEngine) -> Iterator[Metric]:
    started, ended = engine.counts.workers_started, engine.counts.workers_ended
    yield GaugeMetricFamily(f"{_NAME}_workers_alive", "Worker processes that run", started - ended)
    yield CounterMetricFamily(f"{_NAME}_workers_started", "Worker processes started", started)
    yield CounterMetricFamily(f"{_NAME}_workers_ended", "Worker processes ended", ended)
    yield GaugeMetricFamily(f"{_NAME}_deliveries", "Large answers that are being read", engine.deliveries.taken)
    yield from _lanes(engine)


def _lanes(engine: SupervisedEngine) -> Iterator[Metric]:
    lanes = {"quick": engine.quick, "slow": engine.slow}
    for figure, words in (
        ("places", "Places in the lane"),
        ("taken", "Places taken"),
        ("waiting", "Queries that wait for a place"),
    ):
        family = GaugeMetricFamily(f"{_NAME}_lane_{figure}", words, labels=["lane"])
        for name, lane in lanes.items():
            family.add_metric([name], getattr(lane, figure))
        yield family

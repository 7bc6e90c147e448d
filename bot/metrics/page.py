"""The page that Prometheus reads. Its library is brought at the first scrape, and never by who is not scraped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.metrics.catalogue import CATALOGUE, Metric
from bot.metrics.figures import Histogram
from bot.metrics.gather import Sample

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def page_of(samples: Iterable[Sample]) -> bytes:
    """The samples, and what is known of the process itself, in the text form of Prometheus."""
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.registry import Collector

    found = list(samples)

    class Once(Collector):
        def collect(self) -> Iterator[Family]:
            return families(found)

    registry = CollectorRegistry()
    registry.register(Once())
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def families(samples: Iterable[Sample]) -> Iterator[Family]:
    """The samples by metric, in the catalogue's order; raises `KeyError` for one that is not in it."""
    by_name: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_name[sample.name].append(sample)
    for metric in CATALOGUE:
        yield _family(metric, by_name.pop(metric.name, ()))
    if by_name:
        raise KeyError(f"not in the catalogue of metrics: {', '.join(by_name)}")


def _family(metric: Metric, samples: Iterable[Sample]) -> Family:
    from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    if metric.kind == "histogram":
        histogram = HistogramMetricFamily(metric.name, metric.told, labels=metric.labels)
        for sample in samples:
            if isinstance(sample.value, Histogram):
                histogram.add_metric(sample.labels, sample.value.buckets, sample.value.total)
        return histogram
    plain = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = plain(metric.name, metric.told, labels=metric.labels)
    for sample in samples:
        if not isinstance(sample.value, Histogram):
            family.add_metric(sample.labels, sample.value)
    return family

"""Comparing a candidate with the network in service, and letting it take its place or not."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from alerts.catalogue import Catalogue
from detector.comparison import Comparison, JoinedSamples, LabelComparison, compare, seconds_per_picture
from detector.evaluation import Interval, LabelFigures
from detector.evaluation_report import Report
from detector.evaluation_samples import Samples, open_samples, require_meanings
from detector.promotion import Decision, PromotionFacts, PromotionRule, decide
from detector.report_file import writable_folder
from detector.report_html import write_html
from models.data.digest import data_digest
from models.feedback.lessons import is_dismissed
from models.feedback.shelf import NetworkShelf
from models.registry import MANIFEST_NAME, LoadedModel
from service.plain_errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOrder:
    """What is compared on which data; `html` None: no pages.

    `meanings` are labels of either network by names of classes in the data.
    """

    current: LoadedModel
    candidate: LoadedModel
    data: tuple[Path, ...]
    rule: PromotionRule
    html: Path | None
    at: datetime
    meanings: Mapping[str, str] = field(default_factory=dict)


def needed_labels(catalogue: Catalogue, current: LoadedModel) -> frozenset[str]:
    """Labels that the rules which are on by default look at, as far as the present network has them to offer."""
    usable = current.manifest.usable_labels
    rules = catalogue.rules_for(None, usable).values()
    return frozenset(label for rule in rules for label in rule.needed_labels | rule.veto_labels) & usable


def compare_networks(order: ComparisonOrder, catalogue: Catalogue) -> tuple[Comparison, Decision, dict[str, Any]]:
    """Measure both networks and hold the figures against the rule; the last is the document `decision.json`.

    Raises ModelError (also for the data) or DetectorError.
    """
    html = writable_folder(order.html) if order.html else None

    def samples(model: LoadedModel) -> Samples:
        labels = model.manifest.label_names
        return JoinedSamples(parts=tuple(open_samples(place, labels, meanings=order.meanings) for place in order.data))

    known = dict.fromkeys(label for each in (order.current, order.candidate) for label in each.manifest.label_names)
    require_meanings(order.meanings, samples(order.current).class_names, list(known))
    comparison, before, after = compare(order.current, order.candidate, samples, is_dismissed=is_dismissed)
    times = seconds_per_picture([order.current, order.candidate])
    facts = PromotionFacts(
        comparison=comparison,
        needed=needed_labels(catalogue, order.current),
        usable=order.candidate.manifest.usable_labels,
        file_growth=order.candidate.path.stat().st_size / order.current.path.stat().st_size,
        time_growth=times[1] / times[0],
    )
    decision = decide(order.rule, facts)
    if html:
        for name, report, model in (("current", before, order.current), ("candidate", after, order.candidate)):
            write_html(report, samples(model), html / name)
    return comparison, decision, _document(order, facts, decision, times, (before, after))


def _document(
    order: ComparisonOrder,
    facts: PromotionFacts,
    decision: Decision,
    times: list[float],
    reports: tuple[Report, Report],
) -> dict[str, Any]:
    comparison = facts.comparison
    alarms = comparison.alarms
    return {
        "schema_version": "1",
        "at": order.at.isoformat(timespec="seconds"),
        "accepted": decision.is_accepted,
        "findings": [asdict(finding) for finding in decision.findings],
        "rule": order.rule.model_dump(mode="json"),
        "current": network_facts(order.current),
        "candidate": network_facts(order.candidate),
        "data": [{"place": str(place), "digest": _digest(place)} for place in order.data],
        "meanings": dict(order.meanings),
        "pictures": comparison.pictures,
        "needed_labels": sorted(facts.needed),
        "mean_ap50_difference": _rounded(comparison.mean_difference),
        "labels": {each.label: _label(each) for each in comparison.labels},
        "dismissed": asdict(alarms) if alarms else None,
        "seconds_per_picture": {"current": _rounded(times[0]), "candidate": _rounded(times[1])},
        "longest_side_px": {"current": reports[0].longest_side_px, "candidate": reports[1].longest_side_px},
    }


def network_facts(model: LoadedModel) -> dict[str, str]:
    """Which network, to the bit: the file, and the manifest with its thresholds."""
    manifest = hashlib.sha256((model.path.parent / MANIFEST_NAME).read_bytes()).hexdigest()
    reference = model.reference
    return {
        "name": reference.name,
        "version": reference.version,
        "sha256": reference.sha256,
        "manifest_sha256": manifest,
    }


def _digest(place: Path) -> str:
    folder = place if place.is_dir() else place.parent
    return data_digest(folder)


def _label(each: LabelComparison) -> dict[str, Any]:
    return {
        "difference": _rounded(each.difference),
        "interval": _interval(each.interval),
        "current": _figures(each.current),
        "candidate": _figures(each.candidate),
    }


def _figures(figures: LabelFigures) -> dict[str, Any]:
    return {
        "ap50": _rounded(figures.ap50),
        "threshold": figures.threshold,
        "precision": _rounded(figures.precision),
        "precision_interval": _interval(figures.precision_interval),
        "recall": _rounded(figures.recall),
        "recall_interval": _interval(figures.recall_interval),
        "n": figures.count,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 6), round(interval.high, 6)]


# Promotion


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionOrder:
    """Who lets which candidate take the place of the network in service, on the strength of which decision.

    `despite` overrides a decision that rejects, with a reason that is recorded; None: nothing is overridden.
    """

    candidate: LoadedModel
    current: LoadedModel
    decision: Path
    by: str
    despite: str | None
    at: datetime


def promote(order: PromotionOrder, shelf: NetworkShelf) -> LoadedModel:
    """The candidate, copied and in use from the next start on. A refusal is noted in the history as well.

    Raises UsageError without a decision about exactly these networks, or where it rejects and nothing overrides it.
    """
    document, digest = _read_decision(order.decision)
    entry = {
        "at": order.at.isoformat(timespec="seconds"),
        "by": order.by,
        "candidate": network_facts(order.candidate),
        "replaced": _replaced(order.current, shelf),
        "decision_sha256": digest,
        "decision_accepted": document["accepted"],
        "despite": order.despite,
    }
    fault = _mismatch(document, order)
    if fault is None and not document["accepted"] and order.despite is None:
        fault = f"the decision rejects the candidate: {rejections(document)}"
    if fault is not None:
        shelf.note(entry | {"what": "refused", "reason": fault})
        raise UsageError(f"{order.decision}: {fault}")
    return shelf.promote(order.candidate, entry)


def rejections(document: Mapping[str, Any]) -> str:
    """Why a decision rejects, in one line."""
    return "; ".join(f"{each['condition']}: {each['reason']}" for each in document["findings"] if not each["is_met"])


def _replaced(current: LoadedModel, shelf: NetworkShelf) -> dict[str, Any]:
    is_promoted = current.path.parent.resolve().parent == shelf.folder
    return network_facts(current) | {"is_promoted": is_promoted}


def _read_decision(path: Path) -> tuple[dict[str, Any], str]:
    try:
        content = path.read_bytes()
        document = json.loads(content)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: expected a decision of `brightkitchen feedback compare`, found {error}") from error
    keys = {"schema_version", "accepted", "current", "candidate", "findings"}
    if not isinstance(document, dict) or not document.keys() >= keys or document["schema_version"] != "1":
        raise UsageError(f"{path}: expected a decision of `brightkitchen feedback compare`, found something else")
    return document, hashlib.sha256(content).hexdigest()


def _mismatch(document: Mapping[str, Any], order: PromotionOrder) -> str | None:
    """What keeps the decision from being about these two networks."""
    for role, model in (("candidate", order.candidate), ("current", order.current)):
        facts, said = network_facts(model), document[role]
        for key in ("sha256", "manifest_sha256"):
            if said.get(key) != facts[key]:
                return f"{role}.{key}: expected {facts[key]} ({facts['name']}), found {said.get(key)}"
    return None

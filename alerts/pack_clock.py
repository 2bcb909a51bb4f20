"""What a pack tells of the clocks that its times are by: which they are, and how far off they were. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from alerts.seals import Proof, Timestamp, instant_text
from domain.alert import Origin

CLOCK = (
    "时间取自摄像机画面到达本机时的本机时钟（UTC），未经校正；摄像机自身的延迟未知。"
    " Times are this machine's clock (UTC) when a picture arrived, not corrected; a camera's own delay is not known."
)
EDGE_CLOCK = (
    "发现的时间取自摄像机画面到达边缘设备时该设备的时钟（UTC），未经校正；中心作出的步骤取自中心的时钟；摄像机自身的延迟未知。"
    " Times of the finding are the edge's clock (UTC) when a picture arrived, not corrected; steps taken at the centre"
    " are by the centre's clock; a camera's own delay is not known."
)


def source_of_times(origin: Origin | None) -> str:
    """Whose clock the times in the pack are by. `origin` is the alert's."""
    return CLOCK if origin is None else EDGE_CLOCK


def offsets(origin: Origin | None, proof: Proof | None) -> dict[str, Any]:
    """The manifest's member `clock_offset`. An offset is added to the clock it is of; null: it was not measured.

    `edge` is null unless another machine raised the alert, `stamps` empty without a time stamp.
    """
    return {
        "edge": None if origin is None else _edge(origin),
        "stamps": [_stamp(stamp) for stamp in proof.timestamps] if proof is not None else [],
    }


def _edge(origin: Origin) -> dict[str, Any]:
    return {
        "node_id": origin.node_id,
        "offset_seconds": origin.clock_offset_seconds,
        "uncertainty_seconds": origin.clock_uncertainty_seconds,
    }


def _stamp(stamp: Timestamp) -> dict[str, Any]:
    offset = stamp.clock_offset
    return {
        "seal": stamp.number,
        "stamped_at": stamp.stamped_at,
        "authority": urlsplit(stamp.authority).hostname,  # the rest of an address may hold a password
        "offset_seconds": offset.seconds if offset else None,
        "uncertainty_seconds": offset.uncertainty_seconds if offset else None,
        "accuracy_seconds": offset.accuracy_seconds if offset else None,
    }


def rows(manifest: Mapping[str, Any]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Names and lines of text for people, from the manifest's `clock` and `clock_offset`."""
    told = manifest["clock_offset"]
    yield "时间来源 Source of times", (manifest["clock"],)
    if told["edge"] is not None:
        yield "边缘时钟偏差 Edge's clock offset", tuple(_edge_lines(told["edge"]))
    if not told["stamps"]:
        yield (
            "本机时钟偏差 Clock offset",
            ("未测量：没有可对照的时间戳 not measured: there is no time stamp to compare with",),
        )
    for stamp in told["stamps"]:
        yield "本机时钟偏差 Clock offset", tuple(_stamp_lines(stamp))


def _edge_lines(edge: Mapping[str, Any]) -> Iterable[str]:
    offset, node = edge["offset_seconds"], edge["node_id"]
    if offset is None:
        yield f"未测量 not measured（{node}）"
        return
    uncertainty = edge["uncertainty_seconds"]
    within, zh, en = (
        ("", "不确定度未保存", "the uncertainty was not kept")
        if uncertainty is None
        else (f" ± {uncertainty:.3f} s", "不确定度为往返时间的一半", "the uncertainty is half of that")
    )
    yield f"{offset:+.3f} s{within}（{node}，{_standing(offset)}）"
    yield f"边缘时间加上该值即为中心时间；由边缘设备在心跳往返中测得，取此报警最近一步送达中心时所知的最新值；{zh}。"
    yield (
        "Added to the edge's times it gives the centre's. Measured by the edge over the round trip of its heartbeat, "
        f"the newest before the alert's last step came in; {en}."
    )


def _stamp_lines(stamp: Mapping[str, Any]) -> Iterable[str]:
    offset, at = stamp["offset_seconds"], instant_text(stamp["stamped_at"])
    if offset is None:
        yield f"申请时间戳时未测量 not measured when the time stamp was asked for（{at}）"
        return
    yield f"{offset:+.3f} s ± {stamp['uncertainty_seconds']:.3f} s（{_standing(offset)}）"
    accuracy = stamp["accuracy_seconds"]
    zh = "授权机构未声明精度，按 1 秒计" if accuracy is None else f"授权机构声明精度 {accuracy:g} 秒"
    en = "the authority names no accuracy, 1 s was taken" if accuracy is None else f"the authority names {accuracy:g} s"
    authority = stamp["authority"] or "—"
    yield (
        f"{at} 向 {authority} 申请时间戳时测得：时间戳时间减去请求前后本机时间的中点；"
        f"不确定度含半个往返时间和授权机构的精度（{zh}）。所测为申请时间戳的机器在当时的时钟，而非报警时刻的时钟。"
    )
    yield (
        f"Measured when a time stamp was asked of {authority}: stamped time minus the middle of this machine's times "
        f"before and after; the uncertainty holds half the round trip and the authority's accuracy ({en}). It is of "
        "the machine that asked, at that moment, not at the moment of the alert."
    )


def _standing(offset: float) -> str:
    if offset == 0:
        return "无偏差 none"
    return "时钟偏慢 clock is slow" if offset > 0 else "时钟偏快 clock is fast"

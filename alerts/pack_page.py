"""The page inside an evidence pack: one file, no script, nothing from elsewhere. Chinese first, English second."""

import base64
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from alerts.pack_clock import rows
from alerts.seals import instant_text

_STEPS = {
    "raised": "系统报警 Raised", "updated": "证据更新 Updated", "ended": "现象结束 Ended",
    "acknowledged": "已签收 Acknowledged", "confirmed": "确认属实 Confirmed", "dismissed": "已排除 Dismissed",
    "unclear": "无法判断 Unclear", "disputed": "有异议 Disputed", "rectified": "已整改 Rectified",
    "closed": "已办结 Closed", "reviewed": "已审看（结论待另一人） Reviewed, another reviewer is awaited",
    "in_review": "审看中 In review", "notified": "已告知企业 Enterprise notified", "sent_back": "退回整改 Sent back",
    "verified": "整改已核实 Verified", "paused": "暂停计时 Clocks paused", "resumed": "恢复计时 Clocks resumed",
    "overdue": "超时提醒 Overdue",
    "risen": "风险等级上升 Class has risen",
}  # fmt: skip
_KINDS = {
    "still": "截图（人脸已遮挡） Still, faces masked", "boxes": "识别框数据 Boxes",
    "clip": "视频片段（未遮挡） Clip, not masked", "photo": "企业照片（未遮挡） Enterprise's photo, not masked",
    "document": "企业文件 Enterprise's document",
}  # fmt: skip
_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#667}
body{font:16px/1.55 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:60rem;
padding:1.5rem}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.1rem;margin:2rem 0 .6rem}
.soft{color:var(--soft)}code{font-size:.85em;overflow-wrap:anywhere}
.lead{background:#b45309;color:#fff;font-weight:600;padding:.7rem 1rem;border-radius:.4rem}
.judged{background:#166534;color:#fff;font-weight:600;padding:.7rem 1rem;border-radius:.4rem}
.still{position:relative}.still img,video{display:block;width:100%;border-radius:.3rem}
.still svg{position:absolute;inset:0;width:100%;height:100%}
table{border-collapse:collapse;width:100%}th,td{border-top:1px solid var(--line);padding:.4rem .6rem .4rem 0;
text-align:left;vertical-align:top}th{font-weight:600;white-space:nowrap}
@media(max-width:40rem){th,td{display:block;white-space:normal;overflow-wrap:anywhere}
td{border-top:0;padding-top:0}}
"""
_POLICY = "default-src 'none'; img-src data:; media-src 'self' file:; style-src 'unsafe-inline'; form-action 'none'"


def page(manifest: Mapping[str, Any], steps: Iterable[Mapping[str, Any]], files: Mapping[str, bytes]) -> str:
    """The page as HTML; the still is inside it, the clip lies beside it."""
    title = f"{manifest['name_zh'] or manifest['code']} {manifest['name_en'] or ''}".strip()
    parts = [
        f"<h1>{_text(title)}</h1>",
        f'<p class="soft">{_text(_place(manifest))}</p>',
        _banner(manifest),
        _pictures(manifest, files),
        _section("事实 Facts", _table(_facts(manifest))),
        _section("相关条款 Clauses", _table(_clauses(manifest))),
        _section("经过 History", _table(_history(steps))),
        _section("证据文件与校验值 Evidence files and checksums", _table(_evidence(manifest))),
        _section("链条 Chain", _table(_chain(manifest))),
        _section("时钟 Clock", _table(_clocks(manifest))),
        _section("如何核验 How to check this pack", _advice(manifest)),
    ]
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>证据包 Evidence pack · {_text(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _text(value: object) -> str:
    return "—" if value is None or value == "" else escape(str(value))


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{_text(heading)}</h2>{content}</section>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th>{_text(name)}</th><td>{value}</td></tr>" for name, value in rows)
    return f"<table>{lines}</table>" if lines else '<p class="soft">无 None</p>'


def _place(manifest: Mapping[str, Any]) -> str:
    names = (manifest["enterprise_name"], manifest["site_name"], manifest["camera_name"], manifest["zone_name"])
    return " · ".join(str(name) for name in names if name)


def _banner(manifest: Mapping[str, Any]) -> str:
    if not manifest["reviewed"]:
        english = "A finding of a machine, not reviewed by a person. No basis for a penalty."
        return f'<p class="lead">{_text(manifest["notice"])}<br>{english}</p>'
    step = _STEPS.get(str(manifest["state"]), str(manifest["state"]))
    return f'<p class="judged">已经人工核实：{_text(step)}<br>Reviewed by a person</p>'


def _pictures(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    parts = []
    for piece in manifest["evidence"]:
        if piece["kind"] == "still" and piece["name"]:
            picture = base64.b64encode(files[piece["name"]]).decode()
            image = (
                f'<img alt="报警时刻的截图 Picture at the time of the alert" src="data:image/jpeg;base64,{picture}">'
            )
            parts.append(f'<div class="still">{image}{_boxes(manifest["boxes"] or [])}</div>')
        if piece["kind"] == "clip" and piece["name"]:
            parts.append(f'<p><video controls muted preload="metadata" src="{_text(piece["name"])}"></video></p>')
    return _section("画面 Pictures", "".join(parts) or '<p class="soft">没有画面 No pictures</p>')


def _boxes(boxes: Iterable[Mapping[str, Any]]) -> str:
    """Drawn over the still: the stored picture stays clean."""
    drawn = "".join(map(_rectangle, boxes))
    return f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


def _rectangle(box: Mapping[str, Any]) -> str:
    left, top, right, bottom = (100 * float(box[edge]) for edge in ("left", "top", "right", "bottom"))
    return (
        f'<rect x="{left:.3f}" y="{top:.3f}" width="{right - left:.3f}" height="{bottom - top:.3f}" fill="none" '
        'stroke="#dc2626" stroke-width="2" vector-effect="non-scaling-stroke">'
        f"<title>{_text(box['label'])}</title></rect>"
    )


def _facts(manifest: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    model = manifest["model"] or {}
    seen = "，".join(f"{box['label']} {round(100 * box['confidence'])}%" for box in manifest["boxes"] or [])
    yield "编号 Id", f"<code>{_text(manifest['alert_id'])}</code>"
    yield "代码 Code", f"<code>{_text(manifest['code'])}</code> · 目录 catalogue {_text(manifest['code_version'])}"
    yield "等级 Class", _text(manifest["class"])
    yield "首次发现 First seen", _text(manifest["started_at"])
    yield "达到规则 Rule fulfilled", _text(manifest["captured_at"])
    yield "最后所见 Last seen", _text(manifest["last_seen_at"])
    yield "结束 Ended", _text(manifest["ended_at"] or "仍在持续 still going on")
    yield "识别 Seen", _text(seen)
    name = f"{model.get('name', '')} {model.get('version', '')}".strip()
    yield "模型 Network", f"{_text(name)}<br><code>{_text(model.get('sha256'))}</code>"


def _clauses(manifest: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for clause in manifest["clauses"] or []:
        is_verified = "条文已核实 text verified" if clause["verified"] else "条文未核实 text not verified"
        yield str(clause["clause_id"]), is_verified


def _history(steps: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for step in steps:
        who = f"账户 account {step['actor_id']}" if step["actor_id"] else "系统 machine"
        note = f"<br>{_text(step['note'])}" if step["note"] else ""
        name = _STEPS.get(str(step["step"]), str(step["step"]))
        yield f"{step['sequence']}. {name}", f'{_text(step["at"])} · <span class="soft">{_text(who)}</span>{note}'


def _evidence(manifest: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for piece in manifest["evidence"]:
        kind = _KINDS.get(piece["kind"], piece["kind"])
        if piece["left_out"]:
            told = "未放入本包 left out of this pack"
        elif piece["name"]:
            told = f'<a href="{_text(piece["name"])}">{_text(piece["name"])}</a> · {piece["size_bytes"]} B'
        elif piece["state"] == "deleted":
            told = f"已按规则删除 deleted by rule：{_text(piece['cause'])}"
        else:
            told = f"缺失 missing：{_text(piece['cause'] or piece['state'])}"
        yield kind, f"{told}<br><code>{_text(piece['sha256'])}</code>"


def _chain(manifest: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    chain = manifest["chain"]
    if chain is None:
        yield "状态 State", "尚未封存 not sealed yet"
        return
    yield "已封存步骤 Sealed steps", f"{len(chain['entries'])}（未封存 not yet: {chain['unsealed']}）"
    yield "链上编号 Seals", f"{chain['first']} – {chain['last']}"
    yield "末位校验值 Digest", f"<code>{_text(chain['digest'])}</code>"
    stamped = "，".join(instant_text(moment) for moment in chain["stamped_at"])
    yield "时间戳 Time stamp", _text(stamped or "无 none：时间只有本机为证 only this machine vouches for the time")


def _clocks(manifest: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, (first, *others) in rows(manifest):
        yield name, "<br>".join((f"<strong>{_text(first)}</strong>" if others else _text(first), *map(_text, others)))


def _advice(manifest: Mapping[str, Any]) -> str:
    return (
        "<p><code>brightkitchen verify --pack FILE.zip --key KEY</code></p>"
        "<p>用该单位事先公布的公钥核验。签名证明来自哪台设备，不证明时间；时间由时间戳证明。<br>"
        "Take the key that the installation published beforehand. The signature shows where the pack is from, not when "
        "it was made; time is what a time stamp shows.</p>"
        f"<p>公钥 Key <code>{_text(manifest['key'])}</code><br>"
        f'<span class="soft">{_text(manifest["software"])} · {_text(manifest["node"])}</span></p>'
    )

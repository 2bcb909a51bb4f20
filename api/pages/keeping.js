// What is held and what was deleted of an alert, and the reason that somebody gives before a clip is opened.

import { ask } from "./request.js";
import { clockTime, make, say } from "./words.js";

const opened = new Map(); // evidence id -> until when the clip is open to this account
const TRIGGERS = {
  retention: () => say("保存期限已到", "its time was over"),
  pressure: () => say("磁盘空间不足", "the disk was full"),
};

export function isOpened(piece) {
  return piece && (opened.get(piece.evidence_id) || 0) > Date.now();
}

// "Evidence deleted on … under rule …"
export function tombstone(alert, piece) {
  const entry = alert.keeping?.deletions.find((one) => one.evidence_id === piece.evidence_id);
  if (!entry) return say(`证据已删除（${piece.cause}）。`, `It was deleted (${piece.cause}).`);
  const why = (TRIGGERS[entry.trigger] || (() => entry.trigger))();
  return say(
    `证据已于 ${clockTime(entry.decided_at)} 删除：${why}，规则 ${entry.rule}（策略 ${entry.policy_version}）。校验值留存。`,
    `Evidence deleted on ${clockTime(entry.decided_at)}: ${why}, rule ${entry.rule} (policy ${entry.policy_version}). Its checksum stays.`,
  );
}

// The clip itself once a reason was given, else the question for it.
export function clip(piece, name, redraw) {
  if (isOpened(piece)) {
    return make("video", { src: piece.path, controls: true, preload: "metadata", playsinline: true, muted: true, "aria-label": name });
  }
  const fault = make("p", { class: "fault", role: "alert" });
  const form = make(
    "form",
    {
      id: "open-clip",
      onsubmit: async (event) => {
        event.preventDefault();
        try {
          const answer = await ask(`/evidence/${piece.evidence_id}/access`, { method: "POST", body: { reason: form.elements.why.value } });
          // As long as the service says, by this browser's own clock, which may go otherwise than the service's.
          opened.set(piece.evidence_id, Date.now() + (new Date(answer.until) - new Date(answer.access.at)));
          redraw();
        } catch (problem) {
          fault.textContent = problem.message;
        }
      },
    },
    make("label", {}, say("视频未遮挡人脸。请说明查看理由（会被记录，供隐私负责人查阅）", "The clip shows faces. Say why you need to see it; it is written down for the privacy officer"), make("input", { name: "why", required: true, maxlength: "1000", autocomplete: "off" })),
    fault,
    make("button", { type: "submit" }, say("查看视频", "Show the clip")),
  );
  return form;
}

export function holding(frame, alert, reload) {
  const hold = alert.keeping?.hold;
  const mayHold = frame.may("hold");
  if (!hold && !mayHold) return null;
  const fault = make("p", { class: "fault", role: "alert" });
  const form = make(
    "form",
    {
      id: "hold-form",
      onsubmit: async (event) => {
        event.preventDefault();
        try {
          await ask(`/alerts/${encodeURIComponent(alert.alert_id)}/${hold ? "release" : "hold"}`, { method: "POST", body: { reason: form.elements.why.value } });
          await reload();
        } catch (problem) {
          fault.textContent = problem.message;
        }
      },
    },
    make("label", {}, hold ? say("解除理由", "Why it is lifted") : say("留存理由", "Why it is held"), make("input", { name: "why", required: true, maxlength: "1000", autocomplete: "off" })),
    fault,
    make("button", { type: "submit" }, hold ? say("解除留存", "Lift the hold") : say("依法留存", "Hold for the law")),
  );
  return make(
    "section",
    { class: "card pad", id: "holding" },
    make("h2", {}, say("依法留存", "Legal hold")),
    hold
      ? make("p", {}, make("span", { class: "badge warn" }, say("留存中", "Held")), ` ${clockTime(hold.set_at)}：${hold.reason}`)
      : make("p", { class: "soft small" }, say("留存后任何证据都不会被删除，直到解除。", "While it is held nothing of it is deleted.")),
    mayHold && form,
  );
}

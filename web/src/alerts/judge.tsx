// What a person says about one alert or about many: choose, give a reason where one is needed, send.

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useSay } from "../shell/preferences";
import type { Say } from "../words/say";
import { type Outcome, takeSteps } from "./batch";
import type { Row } from "./list";
import { needsReason, type Verb } from "./verbs";

// What is often said with a verb. It is written into the field and can be changed there.
const REASONS: Readonly<Record<string, readonly [string, string][]>> = {
  dismiss: [
    ["机器误认", "The machine mistook something else for it"],
    ["已知情况，符合规定", "Known here and allowed"],
    ["同一情况重复报警", "The same thing reported again"],
  ],
  dispute: [
    ["画面中并非所指情况", "The picture does not show what is said"],
    ["当时停业或正在清洁", "Closed, or being cleaned at that time"],
    ["属允许的操作，附说明", "Allowed work, as explained"],
  ],
};

const REFUSALS: Record<string, readonly [string, string]> = {
  "reason-missing": ["请写明理由。", "Give a reason."],
  "viewing-too-short": ["请先查看截图或视频，再下结论。", "Look at the still or the clip first."],
  party: [
    "此步骤须由另一人完成：您已参与过该记录。",
    "Another person must do this: you have acted in this alert before.",
  ],
};

function refusal(say: Say, { failed }: Outcome): string {
  const first = failed[0];
  const words = REFUSALS[first?.kind ?? ""];
  return `${failed.length > 1 ? `${failed.length} × ` : ""}${words ? say(...words) : (first?.why ?? "")}`;
}

interface JudgeProps {
  targets: readonly Row[];
  verbs: readonly Verb[];
  chosen: Verb | null;
  choose: (verb: Verb | null) => void;
  done: (outcome: Outcome) => void;
}

export function Judge({ targets, verbs, chosen, choose, done }: JudgeProps) {
  const say = useSay();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [through, setThrough] = useState<number | null>(null);
  const [told, setTold] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (chosen) field.current?.focus();
  }, [chosen]);

  const able = targets.length === 1 ? targets : targets.filter((row) => chosen?.isPossible(row.state) ?? true);
  const must = chosen !== null && able.some((row) => needsReason(chosen, row.state));
  const send = async () => {
    if (chosen === null || through !== null) return;
    if (must && reason.trim() === "") {
      setTold(say("请写明理由。", "Give a reason."));
      field.current?.focus();
      return;
    }
    setThrough(0);
    setTold("");
    const outcome = await takeSteps(able, chosen.verb, reason.trim(), setThrough);
    setThrough(null);
    for (const row of targets) void client.invalidateQueries({ queryKey: ["alert", row.alert_id] });
    if (outcome.changed.length > 0)
      setTold(
        say(
          `${outcome.changed.length} 条刚有更新，已重新载入，请再看一遍。`,
          `${outcome.changed.length} just changed and were loaded again: look once more.`,
        ),
      );
    else if (outcome.failed.length > 0) setTold(refusal(say, outcome));
    else {
      setReason("");
      choose(null);
    }
    done(outcome);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      choose(null);
    }
  };

  return (
    <div className="judge">
      <div className="actions">
        {verbs.map((verb) => (
          <button
            key={verb.verb}
            type="button"
            id={verb.verb}
            className={`verb ${verb.isVerdict ? "verdict" : ""}`}
            aria-pressed={chosen?.verb === verb.verb}
            title={verb.hint}
            onClick={() => choose(chosen?.verb === verb.verb ? null : verb)}
          >
            {verb.name(say)}
            {verb.key && <kbd>{verb.key.toUpperCase()}</kbd>}
          </button>
        ))}
      </div>
      {chosen && (
        <div className="give">
          <label htmlFor="reason">
            {must ? say("理由（必填）", "Reason (needed)") : say("理由（可不填）", "Reason (may be left out)")}
          </label>
          <textarea
            id="reason"
            ref={field}
            rows={2}
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={pressed}
          />
          {chosen.verb === "dispute" && (
            <p className="soft small">
              {say(
                "由未参与过此记录的审看人复核；复核前不计入安心指数。",
                "A reviewer who has not acted here decides; until then it does not count towards the index.",
              )}
            </p>
          )}
          {REASONS[chosen.verb] && (
            <div className="chips">
              {REASONS[chosen.verb]?.map(([zh, en]) => (
                <button
                  key={en}
                  type="button"
                  className="chip"
                  onClick={() => {
                    setReason(say(zh, en));
                    field.current?.focus();
                  }}
                >
                  {say(zh, en)}
                </button>
              ))}
            </div>
          )}
          <div className="actions">
            <Button type="primary" id="send" loading={through !== null} onClick={() => void send()}>
              {through === null
                ? `${chosen.name(say)}${targets.length > 1 ? ` × ${able.length}` : ""} ⏎`
                : `${through} / ${able.length}`}
            </Button>
            <button type="button" className="quiet" onClick={() => choose(null)}>
              {say("取消 Esc", "Cancel Esc")}
            </button>
          </div>
        </div>
      )}
      <p className="fault" role="alert">
        {told}
      </p>
    </div>
  );
}

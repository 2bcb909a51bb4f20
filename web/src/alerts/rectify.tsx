// Rectification with pictures or documents, for accounts that may answer for the enterprise; and what was answered so far.

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { type AlertDetail, answerFile, isProblem, Problem, rectify } from "../api/client";
import { useSay } from "../shell/preferences";
import { stateName } from "../words/names";
import { bytes, exactTime, type Say } from "../words/say";
import { ACCEPTED, type Fault, faultOf, MOST_FILES, send, unused } from "./answer";

const FAULTS: Record<Fault, readonly [string, string]> = {
  note: ["请写明整改措施。", "Say what was done."],
  files: ["整改须附照片或文件（JPEG、PNG、PDF）。", "A rectification needs a picture or a document (JPEG, PNG, PDF)."],
  many: [`最多 ${MOST_FILES} 个文件。`, `At most ${MOST_FILES} files.`],
  type: ["只接受 JPEG、PNG 图片或 PDF 文件", "Only JPEG or PNG pictures and PDF documents are taken"],
  empty: ["文件是空的", "The file is empty"],
};

export function Rectify({ alert }: { alert: AlertDetail }) {
  const say = useSay();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [through, setThrough] = useState<{ done: number; of: number } | null>(null);
  const [told, setTold] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const already = unused(alert.life);
  // Who came here to answer finds the answer open, not the end of a long page.
  useEffect(() => {
    if (location.hash !== "#rectify-note") return;
    field.current?.scrollIntoView({ block: "center" });
    field.current?.focus();
  }, []);

  const answer = async () => {
    const wrong = faultOf(note, files, { kept: alert.life?.files.length ?? 0, unnamed: already.length });
    if (wrong) {
      setTold(`${say(...FAULTS[wrong.fault])}${wrong.name && `：${wrong.name}`}`);
      if (wrong.fault === "note") field.current?.focus();
      return;
    }
    setTold("");
    try {
      await send(files, already, alert.sequence, {
        upload: (file) => answerFile(alert.alert_id, file),
        rectify: (ids, sequence) => rectify(alert.alert_id, note.trim(), ids, sequence),
        uploaded: (file) => setFiles((before) => before.filter((one) => one !== file)),
        told: (done) => setThrough({ done, of: files.length }),
      });
      setNote("");
      setFiles([]);
    } catch (error) {
      setTold(refusal(say, error));
    } finally {
      setThrough(null);
      void client.invalidateQueries({ queryKey: ["alert", alert.alert_id] });
    }
  };

  return (
    <form
      className="rectify give"
      onSubmit={(event) => {
        event.preventDefault();
        if (through === null) void answer();
      }}
    >
      <h4>{say("提交整改", "Submit the rectification")}</h4>
      <label htmlFor="rectify-note">{say("整改措施（必填）", "What was done (needed)")}</label>
      <textarea
        id="rectify-note"
        ref={field}
        rows={3}
        maxLength={1000}
        value={note}
        placeholder={say(
          "例如：已更换垃圾桶盖，并安排每日检查",
          "For example: lid replaced, checked daily from now on",
        )}
        onChange={(event) => setNote(event.target.value)}
      />
      <input
        id="rectify-files"
        className="unseen"
        type="file"
        multiple
        accept={ACCEPTED}
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          event.target.value = ""; // the same file may be chosen again after it was taken out
          setFiles((before) => [...before, ...chosen.filter((one) => !before.some((other) => isSame(one, other)))]);
        }}
      />
      {/* The browser's own button speaks the browser's language, not the page's. */}
      <div className="line">
        <label className="button" htmlFor="rectify-files">
          {say("选择照片或文件…", "Choose pictures or documents…")}
        </label>
        <span className="soft small">{say("JPEG、PNG、PDF，至少一个", "JPEG, PNG, PDF; at least one")}</span>
      </div>
      <ul className="bare chosen">
        {files.map((file) => (
          <li key={`${file.name} ${file.size}`} className="line">
            <span>
              {file.name} <span className="soft small">{bytes(file.size)}</span>
            </span>
            <button
              type="button"
              className="quiet"
              aria-label={say(`移除 ${file.name}`, `Take out ${file.name}`)}
              onClick={() => setFiles(files.filter((one) => one !== file))}
            >
              {say("移除", "Take out")}
            </button>
          </li>
        ))}
      </ul>
      {already.length > 0 && (
        <p className="soft small">
          {say(`已上传 ${already.length} 个文件，将一并提交。`, `${already.length} uploaded before go with it.`)}
        </p>
      )}
      <p className="soft small">
        {say(
          "上传的照片不作遮挡，请勿拍入人脸。提交后由另一人核实；核实前不影响安心指数。",
          "Uploaded pictures are not masked: leave faces out. Another person verifies it; the index changes only then.",
        )}
      </p>
      <div className="actions">
        <Button type="primary" id="rectify" htmlType="submit" loading={through !== null}>
          {through === null
            ? say("提交整改", "Submit")
            : say(`上传 ${through.done} / ${through.of}`, `Uploading ${through.done} / ${through.of}`)}
        </Button>
      </div>
      <p className="fault" role="alert">
        {told}
      </p>
    </form>
  );
}

const isSame = (one: File, other: File): boolean =>
  one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

function refusal(say: Say, error: unknown): string {
  if (isProblem(error, "alert-conflict"))
    return say(
      "刚有更新，已重新载入，请再看一遍后提交。文件已保留。",
      "It has just changed and was loaded again: look once more, then submit. The files are kept.",
    );
  if (isProblem(error, "party"))
    return say("此步骤须由另一人完成：您已参与过该记录。", "Another person must do this: you have acted here before.");
  if (error instanceof Problem && error.status === 413) return say("文件过大。", "A file is too large.");
  if (error instanceof Problem && error.status === 422)
    return say("文件内容不是 JPEG、PNG 或 PDF。", "A file holds no JPEG, PNG or PDF.");
  return error instanceof Error ? error.message : String(error);
}

// What the enterprise has said so far, and what became of it.
export function Answers({ alert, maySee }: { alert: AlertDetail; maySee: boolean }) {
  const say = useSay();
  const { life } = alert;
  if (!life || (life.dispute === null && life.rectifications.length === 0)) return null;
  const files = new Map(life.files.map((file) => [file.evidence_id, file]));
  const outcome = (accepted: boolean | null) =>
    accepted === null
      ? say("待核实", "to be verified")
      : accepted
        ? say("已核实", "verified")
        : say("已退回", "sent back");
  return (
    <ul className="bare answers">
      {life.dispute && (
        <li id="dispute-said">
          <div className="line">
            <strong>{say("企业异议", "Disputed by the enterprise")}</strong>
            <span className="soft small">{exactTime(say, life.dispute.at)}</span>
          </div>
          <div>{life.dispute.reason}</div>
          <div className="soft small">
            {life.dispute.outcome
              ? say(
                  `复核结论：${stateName(say, life.dispute.outcome)}`,
                  `Decided: ${stateName(say, life.dispute.outcome)}`,
                )
              : say("等待另一位审看人复核", "Another reviewer will decide")}
          </div>
        </li>
      )}
      {life.rectifications.map((one) => (
        <li key={one.at} className="rectification">
          <div className="line">
            <strong>{say("整改", "Rectification")}</strong>
            <span className={`badge ${one.accepted ? "good" : "warn"}`}>{outcome(one.accepted)}</span>
            <span className="soft small">{exactTime(say, one.at)}</span>
          </div>
          <div>{one.note}</div>
          <div className="files">
            {one.files.map((id, number) => {
              const file = files.get(id);
              if (file && !maySee)
                return (
                  <span key={id} className="soft">
                    {say(`附件 ${number + 1}（您的账户无权查看）`, `File ${number + 1} (your account may not see it)`)}
                  </span>
                );
              return file ? (
                <a key={id} href={file.path} target="_blank" rel="noreferrer">
                  {say(`附件 ${number + 1}`, `File ${number + 1}`)}
                  <span className="soft small">
                    {" "}
                    {file.media_type === "application/pdf" ? "PDF" : say("图片", "picture")}
                    {file.size_bytes ? ` · ${bytes(file.size_bytes)}` : ""}
                  </span>
                </a>
              ) : (
                <span key={id} className="soft">
                  {say(`附件 ${number + 1}（已不存在）`, `File ${number + 1} (no longer there)`)}
                </span>
              );
            })}
          </div>
          {one.judged_note && <div className="soft small">{one.judged_note}</div>}
        </li>
      ))}
    </ul>
  );
}

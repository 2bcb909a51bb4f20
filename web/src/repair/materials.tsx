// Papers of an application: uploaded by the enterprise, looked at by a machine that only hints.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Application, api, type Hint, type Material, type MaterialKind, taken } from "../api/client";
import { useSay } from "../shell/preferences";
import { checkName, findingName } from "../words/credit";
import { bytes } from "../words/say";

const KINDS: readonly [MaterialKind, string, string][] = [
  ["form", "信用修复申请表", "Form"],
  ["promise", "信用修复承诺书", "Promise"],
  ["proof", "履行义务证明", "Proof of duties done"],
  ["other", "其他材料", "Other"],
];

export function Materials({ application, isApplicant }: { application: Application; isApplicant: boolean }) {
  const say = useSay();
  const client = useQueryClient();
  const id = application.application_id;
  const isOpen = isApplicant && ["drafted", "returned"].includes(application.state);
  const { data = [], error } = useQuery({
    queryKey: ["materials", id],
    queryFn: async () =>
      (
        await taken(
          api.GET("/api/v1/applications/{application_id}/materials", { params: { path: { application_id: id } } }),
        )
      ).items,
  });
  const again = () => void client.invalidateQueries({ queryKey: ["materials", id] });
  return (
    <div className="materials">
      <h3>{say("材料与预审提示", "Papers and hints")}</h3>
      <p className="soft small">{say(application.notice_zh, application.notice_en)}</p>
      {error && <p role="alert">{error.message}</p>}
      <ul className="bare">
        {data.map((one) => (
          <Paper key={one.material_id} applicationId={id} paper={one} isOpen={isOpen} changed={again} />
        ))}
      </ul>
      {isOpen && <Upload applicationId={id} changed={again} />}
    </div>
  );
}

function Upload({ applicationId, changed }: { applicationId: string; changed: () => void }) {
  const say = useSay();
  const [kind, setKind] = useState<MaterialKind>("form");
  const send = useMutation({
    mutationFn: (file: File) =>
      taken(
        api.POST("/api/v1/applications/{application_id}/materials", {
          params: { path: { application_id: applicationId }, query: { kind, title: file.name.slice(-100) } },
          headers: { "Content-Type": "application/octet-stream" },
          body: file as unknown as string, // the document calls bytes a string
          bodySerializer: (body) => body,
        }),
      ),
    onSuccess: changed,
  });
  return (
    <div className="controls">
      <label>
        {say("材料种类", "Kind")}{" "}
        <select name="kind" value={kind} onChange={(event) => setKind(event.target.value as MaterialKind)}>
          {KINDS.map(([value, zh, en]) => (
            <option key={value} value={value}>
              {say(zh, en)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say("上传 PDF、PNG 或 JPEG", "Upload a PDF, PNG or JPEG")}{" "}
        <input
          type="file"
          name="paper"
          accept="application/pdf,image/png,image/jpeg"
          disabled={send.isPending}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) send.mutate(file);
            event.target.value = "";
          }}
        />
      </label>
      <span className="fault" role="alert">
        {send.error?.message}
      </span>
    </div>
  );
}

function Paper({
  applicationId,
  paper,
  isOpen,
  changed,
}: {
  applicationId: string;
  paper: Material;
  isOpen: boolean;
  changed: () => void;
}) {
  const say = useSay();
  const at = { params: { path: { application_id: applicationId, material_id: paper.material_id } } };
  const check = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/applications/{application_id}/materials/{material_id}/check", at)),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: () => taken(api.DELETE("/api/v1/applications/{application_id}/materials/{material_id}", at)),
    onSuccess: changed,
  });
  const kind = KINDS.find(([value]) => value === paper.kind);
  return (
    <li data-material={paper.material_id}>
      <div className="line">
        <span>
          <strong>{kind ? say(kind[1], kind[2]) : paper.kind}</strong> · {paper.title} · {bytes(paper.size_bytes)}
        </span>
        <span className="controls">
          <a
            className="button"
            href={`/api/v1/applications/${applicationId}/materials/${paper.material_id}/file`}
            download=""
          >
            {say("下载", "Download")}
          </a>
          <button
            type="button"
            className="plain"
            data-check=""
            disabled={check.isPending}
            onClick={() => check.mutate()}
          >
            {check.isPending ? say("正在读取…", "Reading…") : say("预审提示", "Look for hints")}
          </button>
          {isOpen && (
            <button type="button" className="plain" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {say("移除", "Remove")}
            </button>
          )}
        </span>
      </div>
      <div className="soft small">
        SHA-256 <code title={paper.sha256}>{paper.sha256.slice(0, 16)}…</code>
      </div>
      <p className="fault" role="alert">
        {check.error?.message ?? remove.error?.message}
      </p>
      {paper.hints && <Hints hints={paper.hints} />}
    </li>
  );
}

function Hints({ hints }: { hints: Hint[] }) {
  const say = useSay();
  const right = hints.filter((one) => one.finding === "looks_right");
  return (
    <>
      <ul className="bare hints">
        {hints
          .filter((one) => one.finding !== "looks_right")
          .map((one) => (
            <li key={`${one.check} ${one.page} ${one.expected}`} data-finding={one.finding}>
              <span className={`badge ${one.finding === "looks_wrong" ? "warn" : ""}`}>
                {findingName(say, one.finding)}
              </span>{" "}
              <strong>{checkName(say, one.check)}</strong>
              {one.page !== null && say(`（第 ${one.page} 页）`, ` (page ${one.page})`)}
              {say("：应为 ", ": expected ")}
              {one.expected}
              {say("；读到 ", "; found ")}
              {one.found}
            </li>
          ))}
      </ul>
      {right.length > 0 && (
        <details>
          <summary>{say(`${right.length} 项看起来相符`, `${right.length} look right`)}</summary>
          <p className="small">
            {right.map((one) => `${checkName(say, one.check)}：${one.found}`).join(say("；", "; "))}
          </p>
        </details>
      )}
    </>
  );
}

// For a third party who got a token from an enterprise: nobody logs in here, and each read is told to the enterprise.
// It shows what the JSON of the extract says and nothing else.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import type { Extract as ExtractData, ExtractRecord } from "../api/client";
import { usePreferences, useSay } from "../shell/preferences";
import { save } from "../shell/save";
import { Switches } from "../shell/switches";
import "../styles/public.css";
import "../styles/extract.css";
import { outcomeName, recordKindName, severityName, standingName } from "../words/credit";
import { fullTime } from "../words/say";
import { asReceiver, read, refusal, tokenIn } from "./read";

// A token behind # is never sent by the browser; it is taken out of the address bar and its history at once.
function useTokenOfAddress() {
  const [token, setToken] = useState(() => tokenIn(window.location.hash) ?? "");
  useEffect(() => {
    const take = () => {
      if (window.location.hash === "") return;
      const found = tokenIn(window.location.hash);
      window.history.replaceState(window.history.state, "", window.location.pathname);
      if (found) setToken(found);
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return [token, setToken] as const;
}

export default function ExtractPage() {
  const say = useSay();
  const [token, setToken] = useTokenOfAddress();
  const [opened, setOpened] = useState("");
  const asked = useMutation({ mutationFn: read, onSuccess: (_, used) => setOpened(used) });
  const found = tokenIn(token);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (found) asked.mutate(found);
  };
  const close = () => {
    asked.reset();
    setToken("");
    setOpened("");
  };
  return (
    <div className="public extract">
      <header className="heading">
        <h1>{say("企业授权信息摘录", "Extract given with consent")}</h1>
        <span className="push">
          <Switches />
        </span>
      </header>
      <main>
        {asked.data ? (
          <Told extract={asked.data} token={opened} close={close} />
        ) : (
          <form className="card pad" onSubmit={submit}>
            <p>
              {say(
                "您从企业处得到了一枚以 bkx_ 开头的令牌。粘贴后打开摘录；每次读取都会记录，企业能看到时间和来源地址。",
                "You got a token that begins with bkx_ from an enterprise. Paste it to open the extract. Each read is noted; the enterprise sees when it was and from which address.",
              )}
            </p>
            <label htmlFor="token">{say("令牌", "Token")}</label>
            <input
              id="token"
              name="token"
              value={token}
              onChange={(event) => setToken(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder="bkx_…"
            />
            <p className="soft small">
              {token !== "" && !found
                ? say("这里没有以 bkx_ 开头的完整令牌。", "This holds no whole token that begins with bkx_.")
                : say(
                    "令牌不写入网址，不保存在本机；关闭页面即忘记。请勿转给他人。",
                    "The token is written into no address and kept nowhere on this machine; the page forgets it when it is closed. Do not pass it on.",
                  )}
            </p>
            <p className="fault" role="alert">
              {refusal(say, asked.error)}
            </p>
            <button type="submit" className="plain main" id="open-extract" disabled={!found || asked.isPending}>
              {asked.isPending ? say("正在读取…", "Reading…") : say("打开摘录", "Open the extract")}
            </button>
          </form>
        )}
      </main>
    </div>
  );
}

type Row = readonly [string, ReactNode];

function Facts({ rows }: { rows: readonly Row[] }) {
  return (
    <dl className="facts extract-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Told({ extract, token, close }: { extract: ExtractData; token: string; close: () => void }) {
  const { say, language } = usePreferences();
  const paper = useMutation({
    mutationFn: () => save(`/api/v1/extracts/pdf?language=${language}`, "extract.pdf", asReceiver(token)),
  });
  return (
    <article aria-label={say("摘录", "Extract")}>
      <section className="card pad">
        <h2>{extract.enterprise_name}</h2>
        <p className="leadbar">{say(extract.notice_zh, extract.notice_en)}</p>
        <p className="leadbar" id="caveat">
          {say(extract.caveat_zh, extract.caveat_en)}
        </p>
        <Facts
          rows={[
            [say("统一社会信用代码", "Credit code"), <code key="code">{extract.credit_code}</code>],
            [say("接收方", "Receiver"), extract.receiver],
            [say("用途", "Purpose"), extract.purpose],
            [say("所反映之日", "Day it tells of"), extract.as_of],
            [say("读取时间", "Read at"), fullTime(say, extract.made_at)],
            [say("授权截止", "Consent ends"), fullTime(say, extract.ends_at)],
          ]}
        />
      </section>
      <IndexPart index={extract.index} />
      <Records records={extract.records} />
      <section className="card pad">
        <div className="actions">
          <button
            type="button"
            className="plain main"
            id="extract-pdf"
            disabled={paper.isPending}
            onClick={() => paper.mutate()}
          >
            {paper.isPending ? say("正在生成…", "Being made…") : say("下载 PDF", "Download PDF")}
          </button>
          <button type="button" className="quiet" id="close-extract" onClick={close}>
            {say("关闭摘录", "Close the extract")}
          </button>
        </div>
        <p className="soft small">
          {say(
            "PDF 按下载时的情况生成，并另记一次读取。",
            "The PDF is made as of when it is taken, and is noted as another read.",
          )}
        </p>
        <p className="fault" role="alert">
          {refusal(say, paper.error)}
        </p>
      </section>
    </article>
  );
}

const NotGranted = () => <p className="soft">{useSay()("未获授权，不提供。", "Not granted, and not given.")}</p>;

function IndexPart({ index }: { index: ExtractData["index"] }) {
  const say = useSay();
  const tenth = (value: number | null) => (value === null ? say("不给出", "not given") : value.toFixed(1));
  return (
    <section className="card pad" id="extract-index">
      <h2>{say("安心指数", "Index")}</h2>
      {index === null ? (
        <NotGranted />
      ) : (
        <Facts
          rows={[
            [say("状态", "Standing"), say(index.standing_zh, standingName(say, index.standing))],
            [say("指数（0–100）", "Index (0–100)"), <strong key="index">{tenth(index.index)}</strong>],
            [say("区间", "Interval"), index.low === null ? "—" : `${tenth(index.low)} – ${tenth(index.high)}`],
            [say("等级", "Grade"), index.grade ?? "—"],
            [say("评价方案", "Profile"), index.profile],
            [say("输入摘要（SHA-256）", "Inputs (SHA-256)"), <code key="inputs">{index.inputs_sha256}</code>],
          ]}
        />
      )}
    </section>
  );
}

function Records({ records }: { records: ExtractData["records"] }) {
  const say = useSay();
  return (
    <section className="card pad" id="extract-records">
      <h2>{say("当日公示的记录", "Records published on the day")}</h2>
      {records === null ? (
        <NotGranted />
      ) : (
        <p className="soft">
          {records.length === 0
            ? say("没有。", "None.")
            : say(`共 ${records.length} 条。`, `${records.length} in all.`)}
        </p>
      )}
      {records?.map((one) => (
        <Facts key={one.document_no} rows={recordRows(say, one)} />
      ))}
    </section>
  );
}

function recordRows(say: ReturnType<typeof useSay>, one: ExtractRecord): Row[] {
  const outcomes = one.outcomes.map((each) => outcomeName(say, each)).join(say("、", ", "));
  return [
    [say("类型", "Kind"), recordKindName(say, one.kind)],
    [say("情节", "Severity"), severityName(say, one.severity)],
    [say("文书", "Document"), `${one.document_type} ${one.document_no}`],
    [say("机关", "Authority"), `${one.authority_name} ${one.authority_code}`],
    [say("决定日期", "Decided on"), one.decision_date],
    [say("事实", "Facts"), one.facts],
    [say("决定内容", "Decided"), outcomes || "—"],
    [say("罚款金额", "Fine"), one.fine_yuan === null ? "—" : say(`${one.fine_yuan} 元`, `CNY ${one.fine_yuan}`)],
    [say("条款", "Clauses"), one.clauses.join(say("；", "; ")) || "—"],
    [say("公示至", "Published until"), one.published_until ?? "—"],
  ];
}

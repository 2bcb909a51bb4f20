// Many cameras or enterprises from a table: first only told what would be done, then done, and every fault by row and column.

import { useState } from "react";
import { problemOf, type Schema } from "../api/client";
import { useSay } from "../shell/preferences";

type Outcome = Schema["EnterpriseImportView"] | Schema["CameraImportView"];

interface Given {
  path: "/api/v1/enterprises/import" | "/api/v1/cameras/import";
  heads: string; // which columns a table has
  stored: () => void;
  close: () => void;
}

export function TableImport({ path, heads, stored, close }: Given) {
  const say = useSay();
  const [file, setFile] = useState<File | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const send = async (isDry: boolean) => {
    if (!file) return;
    setBusy(true);
    setFault("");
    try {
      const done = await sent(path, file, isDry);
      setOutcome(done);
      if (done.is_stored) stored();
    } catch (error) {
      setOutcome(null);
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const mayStore =
    outcome !== null && !outcome.is_stored && outcome.faults.length === 0 && outcome.added + outcome.changed > 0;
  return (
    <section className="card pad person-form" id="import">
      <h2>{say("批量导入", "Import a table")}</h2>
      <p className="soft">{heads}</p>
      <label>
        {say("文件", "File")}
        <input
          type="file"
          id="import-file"
          accept=".csv,text/csv"
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
            setOutcome(null);
          }}
        />
      </label>
      <p className="fault" role="alert">
        {fault}
      </p>
      {outcome && <Told outcome={outcome} />}
      <div className="actions">
        <button
          type="button"
          className={mayStore ? "plain" : "plain main"}
          id="import-check"
          disabled={!file || isBusy}
          onClick={() => void send(true)}
        >
          {say("先检查（不保存）", "Check first, store nothing")}
        </button>
        <button
          type="button"
          className="plain main"
          id="import-store"
          disabled={!mayStore || isBusy}
          onClick={() => void send(false)}
        >
          {say("导入", "Import")}
        </button>
        <button type="button" className="quiet" onClick={close}>
          {say("关闭", "Close")}
        </button>
      </div>
    </section>
  );
}

function Told({ outcome }: { outcome: Outcome }) {
  const say = useSay();
  const { added, changed, unchanged, faults } = outcome;
  return (
    <div role="status" id="import-outcome">
      <p>
        <strong>{outcome.is_stored ? say("已保存：", "Stored: ") : say("尚未保存：", "Not stored: ")}</strong>
        {say(
          `新增 ${added}，修改 ${changed}，不变 ${unchanged}`,
          `${added} new, ${changed} changed, ${unchanged} as they were`,
        )}
        {"sites_added" in outcome && say(`，新增场所 ${outcome.sites_added}`, `, ${outcome.sites_added} new sites`)}
      </p>
      {faults.length > 0 && (
        <ul className="faults">
          {faults.map((one) => (
            <li key={`${one.row} ${one.column} ${one.found}`} className="fault">
              {say(
                `第 ${one.row} 行 ${one.column}：应为 ${one.expected}，实为 ${one.found}`,
                `row ${one.row} ${one.column}: expected ${one.expected}, found ${one.found}`,
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

async function sent(path: Given["path"], file: File, isDry: boolean): Promise<Outcome> {
  const answer = await fetch(`${path}?dry_run=${isDry}`, {
    method: "POST",
    headers: { "Content-Type": "text/csv", "X-Requested-With": "brightkitchen" },
    body: file,
  });
  const said: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw problemOf(answer, said);
  return said as Outcome;
}

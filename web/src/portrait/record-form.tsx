// A decision of an authority, entered by an officer from its document. It is not published by that.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, taken } from "../api/client";
import type { components } from "../api/generated/schema";
import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { clauseOf, outcomeName, procedureName, recordKindName, severityName } from "../words/credit";

type Body = components["schemas"]["RecordBody"];
const KINDS: readonly Body["kind"][] = [
  "penalty",
  "list_entry",
  "inspection_result",
  "correction_order",
  "interview",
  "honour",
];
const SEVERITIES: readonly Body["severity"][] = ["minor", "general", "grave"];
const PROCEDURES: readonly Body["procedure"][] = ["ordinary", "simple", "none"];
const OUTCOMES: readonly Body["outcomes"][number][] = [
  "warning",
  "criticism",
  "fine",
  "confiscation",
  "suspension",
  "restriction",
  "revocation",
  "order",
  "other",
];

// What the form holds as the service takes it.
export function bodyOf(form: FormData): Body {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const fine = text("fine_yuan");
  return {
    kind: text("kind") as Body["kind"],
    severity: text("severity") as Body["severity"],
    procedure: text("procedure") as Body["procedure"],
    document_no: text("document_no"),
    document_type: text("document_type"),
    authority_name: text("authority_name"),
    authority_code: text("authority_code"),
    decision_date: text("decision_date"),
    facts: text("facts"),
    outcomes: form.getAll("outcomes").map(String) as Body["outcomes"],
    fine_yuan: fine === "" ? null : Number(fine),
    clauses: text("clauses")
      .split(/[\s,，、;；]+/)
      .filter((one) => one !== ""),
  };
}

export function RecordForm({ enterpriseId, done }: { enterpriseId: string; done: () => void }) {
  const say = useSay();
  const client = useQueryClient();
  const { data: codes = [] } = useCodes();
  const [hasFine, setFine] = useState(false);
  const known = [
    ...new Set(
      codes.flatMap((code) =>
        code.clauses.filter((one) => one.version).map((clause) => `${clause.clause_id}@${clause.version}`),
      ),
    ),
  ]
    .filter((one) => /^[\w.-]+@[\w.-]+$/.test(one)) // a version that is still open cannot be entered
    .sort();
  const enter = useMutation({
    mutationFn: (body: Body) =>
      taken(
        api.POST("/api/v1/enterprises/{enterprise_id}/records", {
          params: { path: { enterprise_id: enterpriseId } },
          body,
        }),
      ),
    onSuccess: () => {
      for (const key of ["records", "repairs", "explanation", "credit"])
        void client.invalidateQueries({ queryKey: [key] });
      done();
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!enter.isPending) enter.mutate(bodyOf(new FormData(event.currentTarget)));
  };
  return (
    <form className="record-form" id="record-form" onSubmit={send}>
      <p className="leadbar">
        {say(
          "依文书逐项录入；录入后不可更改或删除，只能更正。录入不等于公示。",
          "As the document has it. An entry is never changed or deleted, only corrected. Entering does not publish.",
        )}
      </p>
      <div className="fields">
        <Choice name="kind" label={say("种类", "Kind")} values={KINDS} word={(one) => recordKindName(say, one)} />
        <Choice
          name="severity"
          label={say("程度", "Severity")}
          values={SEVERITIES}
          word={(one) => severityName(say, one)}
        />
        <Choice
          name="procedure"
          label={say("程序", "Procedure")}
          values={PROCEDURES}
          word={(one) => procedureName(say, one)}
        />
        <Line name="document_no" label={say("文书号", "Document number")} />
        <Line name="document_type" label={say("文书名称", "Kind of document")} />
        <Line name="authority_name" label={say("作出机关", "Authority")} />
        <Line name="authority_code" label={say("机关统一社会信用代码", "The authority's credit code")} />
        <Line name="decision_date" label={say("决定日期", "Decided on")} type="date" />
      </div>
      <label>
        {say("事实", "Facts")}
        <textarea name="facts" required rows={3} maxLength={4000} />
      </label>
      <fieldset>
        <legend>{say("决定内容", "Outcomes")}</legend>
        <div className="chips">
          {OUTCOMES.map((one) => (
            <label key={one} className="check">
              <input
                type="checkbox"
                name="outcomes"
                value={one}
                onChange={(event) => one === "fine" && setFine(event.target.checked)}
              />
              {outcomeName(say, one)}
            </label>
          ))}
        </div>
      </fieldset>
      {hasFine && <Line name="fine_yuan" label={say("罚款金额（元）", "Fine (CNY)")} type="number" />}
      <label>
        {say("依据条款（条款号@版本，每行一个）", "Clauses (id@version, one a line)")}
        <textarea name="clauses" required rows={2} placeholder={known[0]} />
      </label>
      {known.length > 0 && (
        <details>
          <summary>{say("目录中的条款", "Clauses of the catalogue")}</summary>
          <ul className="small">
            {known.map((one) => (
              <li key={one}>
                <code>{one}</code> {clauseOf(say, one, codes).text}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="actions">
        <button type="submit" className="plain main" disabled={enter.isPending}>
          {say("登记（不公示）", "Enter (not published)")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
      <p className="fault" role="alert">
        {enter.error?.message}
      </p>
    </form>
  );
}

function Line({ name, label, type = "text" }: { name: string; label: string; type?: string }) {
  return (
    <label>
      {label}
      <input name={name} type={type} required maxLength={100} min={type === "number" ? 0 : undefined} />
    </label>
  );
}

interface ChoiceProps<T extends string> {
  name: string;
  label: string;
  values: readonly T[];
  word: (value: T) => string;
}

function Choice<T extends string>({ name, label, values, word }: ChoiceProps<T>) {
  return (
    <label>
      {label}
      <select name={name} required>
        {values.map((one) => (
          <option key={one} value={one}>
            {word(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

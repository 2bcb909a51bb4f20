// Officers' inspections: drawn by lot or added for a reason, assigned, and what was found.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { api, type Me, type Task, taken } from "../api/client";
import { mayEnter } from "../portrait/figures";
import { useSay } from "../shell/preferences";
import "../styles/portrait.css";
import { taskStateName } from "../words/credit";
import { day } from "../words/say";
import { Plans } from "./plans";

export default function Tasks({ me }: { me: Me }) {
  const say = useSay();
  const [isMine, setMine] = useState(false);
  const { data, error } = useQuery({
    queryKey: ["tasks", isMine],
    queryFn: () => taken(api.GET("/api/v1/inspections/tasks", { params: { query: { mine: isMine, limit: 200 } } })),
    enabled: me.permissions.includes("record"),
  });
  if (!me.permissions.includes("record"))
    return (
      <p className="card pad" role="alert">
        {say("仅执法人员可查看检查任务。", "Inspections are for officers.")}
      </p>
    );
  const tasks = [...(data?.items ?? [])].sort(
    (one, two) => Number(isOver(one)) - Number(isOver(two)) || one.due_on.localeCompare(two.due_on),
  );
  return (
    <div className="portrait inspections">
      <h1>{say("差异化检查任务", "Inspections")}</h1>
      <Plans mayDraw={mayEnter(me)} />
      <section className="card pad" aria-label={say("任务清单", "Tasks")}>
        <div className="line">
          <h2>{say("任务清单", "Tasks")}</h2>
          <label className="check">
            <input type="checkbox" name="mine" checked={isMine} onChange={() => setMine(!isMine)} />
            {say("只看我的", "Mine only")}
          </label>
        </div>
        {error && <p role="alert">{error.message}</p>}
        {data && tasks.length === 0 && <p className="soft">{say("没有任务。", "There is no task.")}</p>}
        {data?.next && <p className="soft">{say("仅显示前 200 项。", "The first 200 only.")}</p>}
        <ul className="bare records">
          {tasks.map((task) => (
            <TaskItem key={task.task_id} me={me} task={task} />
          ))}
        </ul>
      </section>
    </div>
  );
}

const isOver = (task: Task) => task.state === "done" || task.state === "dropped";

function TaskItem({ me, task }: { me: Me; task: Task }) {
  const say = useSay();
  const result = task.steps.find((step) => step.score !== null);
  return (
    <li data-task={task.task_id}>
      <div className="line">
        <Link to={`/enterprises/${task.enterprise_id}`}>
          <strong>{task.enterprise_name}</strong>
        </Link>
        <span className="badges">
          <span className="badge">{task.is_drawn ? say("随机抽取", "Drawn") : say("人工增加", "Added by hand")}</span>
          <span className={`badge ${task.state === "done" ? "good" : ""}`} data-state={task.state}>
            {taskStateName(say, task.state)}
          </span>
          {task.is_overdue && <span className="badge class-I">{say("已逾期", "Overdue")}</span>}
        </span>
      </div>
      <div>{task.reason}</div>
      <div className="soft small">
        {say("期限", "Due")} {day(say, task.due_on)}
        {task.assignee && ` · ${say("承办", "Assigned to")} ${task.assignee}`}
        {result && ` · ${say("得分", "Score")} ${result.score}`}
      </div>
      {task.steps.some((step) => step.reason) && (
        <ol className="bare record-steps small">
          {task.steps
            .filter((step) => step.reason)
            .map((step) => (
              <li key={`${step.state} ${step.at}`}>
                {day(say, step.at)} {taskStateName(say, step.state)} · {step.actor}：{step.reason}
              </li>
            ))}
        </ol>
      )}
      {mayEnter(me) && !isOver(task) && <Acts me={me} task={task} />}
    </li>
  );
}

type Act = "assign" | "result" | "drop";

function Acts({ me, task }: { me: Me; task: Task }) {
  const say = useSay();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Act | null>(null);
  const { data: officers = [] } = useQuery({
    queryKey: ["officers"],
    staleTime: 60_000,
    queryFn: async () => (await taken(api.GET("/api/v1/inspections/officers"))).items,
  });
  const step = useMutation({
    mutationFn: ({ act, form }: { act: Act; form: FormData }) => take(task.task_id, act, form),
    onSuccess: () => {
      setChosen(null);
      for (const key of ["tasks", "credit", "explanation", "ledger-b"])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const isOwn = officers.some((one) => one.user_id === task.assignee_id && one.name === me.name);
  const names: Record<Act, string> = {
    assign: say("分派", "Assign"),
    result: say("录入结果", "Enter the result"),
    drop: say("不检查", "Drop"),
  };
  const acts: Act[] = isOwn ? ["result", "assign", "drop"] : ["assign", "drop"];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (chosen) step.mutate({ act: chosen, form: new FormData(event.currentTarget) });
  };
  const needsReason = chosen === "drop" || (chosen === "assign" && task.assignee_id !== null);
  return (
    <div className="record-acts">
      <div className="actions">
        {acts.map((act) => (
          <button
            key={act}
            type="button"
            className="plain"
            data-act={act}
            aria-pressed={chosen === act}
            onClick={() => setChosen(chosen === act ? null : act)}
          >
            {names[act]}
          </button>
        ))}
      </div>
      {chosen && (
        <form className="give" onSubmit={submit}>
          {chosen === "assign" && (
            <label>
              {say("承办人员", "Officer")}
              <select name="assignee_id" required defaultValue={task.assignee_id ?? ""}>
                {officers.map((one) => (
                  <option key={one.user_id} value={one.user_id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {chosen === "result" && (
            <>
              <label>
                {say("得分（0–100）", "Score (0–100)")}
                <input name="score" type="number" min={0} max={100} step={0.1} required />
              </label>
              <label>
                {say("检查日期", "Day")}
                <input name="day" type="date" required />
              </label>
            </>
          )}
          <label>
            {needsReason
              ? say("理由（必填，将留存并对执法人员可见）", "Reason (needed; it is kept, and officers see it)")
              : say("说明", "Note")}
            <textarea name="reason" rows={2} maxLength={1000} required={needsReason} />
          </label>
          <div className="actions">
            <button type="submit" className="plain main" disabled={step.isPending}>
              {say("确认", "Confirm")}
            </button>
          </div>
          <p className="fault" role="alert">
            {step.error?.message}
          </p>
        </form>
      )}
    </div>
  );
}

function take(id: string, act: Act, form: FormData): Promise<Task> {
  const params = { path: { task_id: id } };
  const text = (name: string) => String(form.get(name) ?? "");
  if (act === "assign")
    return taken(
      api.POST("/api/v1/inspections/tasks/{task_id}/assign", {
        params,
        body: { assignee_id: text("assignee_id"), reason: text("reason") },
      }),
    );
  if (act === "drop")
    return taken(api.POST("/api/v1/inspections/tasks/{task_id}/drop", { params, body: { reason: text("reason") } }));
  return taken(
    api.POST("/api/v1/inspections/tasks/{task_id}/result", {
      params,
      body: { score: Number(text("score")), day: text("day"), reason: text("reason") },
    }),
  );
}

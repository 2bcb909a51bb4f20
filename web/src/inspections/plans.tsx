// Draws: who was considered, who was drawn, and that anybody can repeat it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, taken } from "../api/client";
import { useSay } from "../shell/preferences";

export function Plans({ mayDraw }: { mayDraw: boolean }) {
  const say = useSay();
  const client = useQueryClient();
  const { data = [], error } = useQuery({
    queryKey: ["plans"],
    queryFn: async () => (await taken(api.GET("/api/v1/inspections/plans"))).items,
  });
  const draw = useMutation({
    mutationFn: (form: FormData) =>
      taken(
        api.POST("/api/v1/inspections/plans", {
          body: { period: String(form.get("period") ?? ""), seed: String(form.get("seed") ?? "") },
        }),
      ),
    onSuccess: () => {
      for (const key of ["plans", "tasks"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    draw.mutate(new FormData(event.currentTarget));
  };
  return (
    <section className="card pad" aria-label={say("抽取计划", "Draws")}>
      <h2>{say("抽取计划", "Draws")}</h2>
      <p className="soft small">
        {say(
          "按颜色随机抽取；每家企业每月只抽一次。种子由执法人员给出、系统追加随机字符，任何人可复算。",
          "Drawn at random by colour, each enterprise once a month. The officer's seed gets letters of the service; anybody can repeat it.",
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
      {mayDraw && (
        <form className="controls" id="draw" onSubmit={submit}>
          <label>
            {say("月份", "Month")} <input name="period" required pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-12" />
          </label>
          <label>
            {say("公开种子", "Seed")} <input name="seed" required maxLength={100} />
          </label>
          <button type="submit" className="plain main" disabled={draw.isPending}>
            {say("抽取", "Draw")}
          </button>
          <span className="fault" role="alert">
            {draw.error?.message}
          </span>
        </form>
      )}
      <ul className="bare">
        {data.map((plan) => (
          <li key={plan.plan_id} data-plan={plan.plan_id}>
            <strong>{plan.period}</strong>{" "}
            {say(`${plan.considered} 家中抽取 ${plan.drawn} 家`, `${plan.drawn} of ${plan.considered} drawn`)} ·{" "}
            <code>{plan.seed}</code>{" "}
            <span className={`badge ${plan.is_repeatable ? "good" : "class-I"}`}>
              {plan.is_repeatable ? say("复算一致", "Repeated, the same") : say("复算不一致", "Differs when repeated")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

// The login, and the change of a one-time password that must come before anything else.

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { api, isProblem, Problem, taken } from "../api/client";
import { useMe } from "../api/queries";
import { useSay } from "../shell/preferences";
import { Switches } from "../shell/switches";
import { type Say, unavailable } from "../words/say";
import { FactorSetUp } from "./factor";

export function Login() {
  const say = useSay();
  const client = useQueryClient();
  const [known, setKnown] = useState<{ name: string; password: string } | null>(null);
  const enter = async (name: string, password: string, code?: string) => {
    try {
      const body = { name, password, ...(code ? { code } : {}) };
      client.setQueryData(["me"], await taken(api.POST("/api/v1/login", { body })));
      return null;
    } catch (error) {
      if (!isProblem(error, "second-factor-needed")) return refusal(say, error);
      setKnown({ name, password }); // in memory only, for the second step
      return "";
    }
  };
  if (known)
    return (
      <Card
        key="code"
        title={say("两步验证", "Second factor")}
        lead={say(
          "请输入身份验证器应用当前显示的 6 位数字；没有手机时可输入一个恢复码。",
          "Enter the six digits that your authenticator app shows now. Without the telephone, enter a recovery code.",
        )}
        action={say("继续", "Go on")}
        fields={[{ name: "code", label: say("验证码", "Code"), type: "text", autoComplete: "one-time-code" }]}
        submit={({ code = "" }) => enter(known.name, known.password, code)}
        back={{ words: say("返回", "Back"), go: () => setKnown(null) }}
      />
    );
  return (
    <Card
      key="password"
      title={say("登录", "Log in")}
      action={say("登录", "Log in")}
      fields={[
        { name: "name", label: say("用户名", "Name"), type: "text", autoComplete: "username" },
        { name: "password", label: say("密码", "Password"), type: "password", autoComplete: "current-password" },
      ]}
      submit={({ name = "", password = "" }) => enter(name, password)}
    />
  );
}

// What was typed was looked at and refused; any other answer says nothing of it.
const isJudged = (error: unknown): boolean => error instanceof Problem && [400, 401, 403, 422].includes(error.status);

function refusal(say: Say, error: unknown): string {
  if (error instanceof Problem && error.status === 429) {
    const wait = error.waitSeconds ?? "";
    return say(`尝试次数过多，请 ${wait} 秒后再试。`, `Too many tries. Wait ${wait} s.`);
  }
  if (error instanceof Problem && error.status === 0) return away(say);
  if (!isJudged(error)) return unavailable(say);
  if (isProblem(error, "second-factor-refused"))
    return say(
      "验证码不正确或已使用，请等待下一个验证码。",
      "The code is wrong or was used before. Wait for the next one.",
    );
  return say("用户名或密码不正确。", "The name or the password is wrong.");
}

// The role asks for a second factor: it is set up before anything else is seen.
export function RequiredFactor() {
  const say = useSay();
  const client = useQueryClient();
  return (
    <Frame>
      <h1>{say("设置两步验证", "Set up the second factor")}</h1>
      <p className="soft">
        {say("您的角色必须使用两步验证，完成后方可继续。", "Your role must have a second factor. Set it up to go on.")}
      </p>
      <FactorSetUp done={() => void client.invalidateQueries({ queryKey: ["me"] })} />
    </Frame>
  );
}

const away = (say: Say) => say("无法连接服务，请稍后再试。", "The service cannot be reached. Try again in a moment.");

export function NewPassword({ done }: { done?: () => void }) {
  const say = useSay();
  const client = useQueryClient();
  const { refetch } = useMe();
  const field = (name: string, label: string, autoComplete: string) => ({
    name,
    label,
    type: "password",
    autoComplete,
  });
  return (
    <Card
      title={say("设置新密码", "Set your own password")}
      lead={
        done
          ? say(
              "至少 12 个字符。修改后其他设备上的登录全部结束。",
              "At least 12 characters. All your other logins end with the change.",
            )
          : say(
              "当前为一次性密码。请设置您自己的密码后继续。至少 12 个字符。",
              "This password is good for one login. Set your own to go on: at least 12 characters.",
            )
      }
      action={say("保存并继续", "Save and go on")}
      fields={[
        field("current", say("当前密码", "Present password"), "current-password"),
        field("fresh", say("新密码", "New password"), "new-password"),
        field("again", say("再次输入新密码", "New password again"), "new-password"),
      ]}
      {...(done ? { back: { words: say("返回", "Back"), go: done } } : {})}
      submit={async ({ current = "", fresh = "", again = "" }) => {
        if (fresh !== again) return say("两次输入不一致。", "The two do not match.");
        try {
          const body = { current_password: current, new_password: fresh };
          client.setQueryData(["me"], await taken(api.POST("/api/v1/me/password", { body })));
          done?.();
          return null;
        } catch (error) {
          if (error instanceof Problem && error.status === 0) return away(say);
          if (error instanceof Problem && error.status === 401) void refetch();
          const wrong = error instanceof Problem ? error.fields[0] : undefined;
          if (wrong?.field.endsWith("current_password"))
            return say("当前密码不正确。", "The present password is wrong.");
          if (isProblem(error, "too-many-tries")) return refusal(say, error);
          if (!isJudged(error)) return unavailable(say);
          return say(
            "新密码不符合要求：12 至 128 个字符，至少 5 个不同字符，不含用户名，不同于当前密码。",
            `The new password is not accepted: ${wrong?.expected ?? String(error)}.`,
          );
        }
      }}
    />
  );
}

interface Field {
  name: string;
  label: string;
  type: string;
  autoComplete: string;
}

interface CardProps {
  title: string;
  lead?: ReactNode;
  action: string;
  fields: Field[];
  submit: (given: Record<string, string>) => Promise<string | null>;
  back?: { words: string; go: () => void };
}

function Card({ title, lead, action, fields, submit, back }: CardProps) {
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([key, value]) => [key, String(value)]),
    );
    setBusy(true);
    setFault(null);
    const refused = await submit(given);
    setFault(refused);
    if (refused !== null) setBusy(false);
  };
  return (
    <Frame>
      <h1>{title}</h1>
      {lead && <p className="soft">{lead}</p>}
      <form onSubmit={(event) => void send(event)}>
        {fields.map((field, number) => (
          <label key={field.name}>
            {field.label}
            <input
              ref={number === 0 ? first : undefined}
              name={field.name}
              id={field.name}
              type={field.type}
              autoComplete={field.autoComplete}
              required
              maxLength={128}
            />
          </label>
        ))}
        <p className="fault" role="alert" id="fault">
          {fault}
        </p>
        <Button type="primary" htmlType="submit" block size="large" loading={isBusy}>
          {action}
        </Button>
        {back && (
          <Button type="text" block onClick={back.go}>
            {back.words}
          </Button>
        )}
      </form>
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const say = useSay();
  return (
    <main className="alone">
      <section className="card login">
        <div className="brand">
          <img src="/console/mark.svg" alt="" width="44" height="44" />
          <div>
            <strong>明厨</strong>
            <span>Brightkitchen</span>
          </div>
          <Switches />
        </div>
        {children}
      </section>
      <p className="foot soft">
        {say("AI 线索，未经人工核实，不作为处罚依据", "What the AI finds is a lead until a person has verified it")}
      </p>
    </main>
  );
}

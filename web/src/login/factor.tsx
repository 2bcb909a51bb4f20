// Setting up a second factor: the password, the picture for the app, a first code, the recovery codes.

import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, Problem, taken } from "../api/client";
import { useSay } from "../shell/preferences";
import type { Say } from "../words/say";

export const given = (event: FormEvent<HTMLFormElement>, name: string): string => {
  event.preventDefault();
  return String(new FormData(event.currentTarget).get(name) ?? "").trim();
};

export function codeFault(say: Say, error: unknown): string {
  if (!error) return "";
  if (!(error instanceof Problem)) return String(error);
  if (error.status === 429) {
    const wait = error.waitSeconds ?? "";
    return say(`尝试次数过多，请 ${wait} 秒后再试。`, `Too many tries. Wait ${wait} s.`);
  }
  const field = error.fields[0]?.field ?? "";
  if (field.endsWith("password")) return say("密码不正确。", "The password is wrong.");
  if (field.endsWith("code"))
    return say("验证码不正确或已使用，请等待下一个验证码。", "The code is wrong or was used. Wait for the next one.");
  return error.message;
}

export function FactorSetUp({ done }: { done: () => void }) {
  const say = useSay();
  const offer = useMutation({
    mutationFn: (password: string) => taken(api.POST("/api/v1/me/second-factor", { body: { password } })),
  });
  const confirm = useMutation({
    mutationFn: (code: string) => taken(api.POST("/api/v1/me/second-factor/confirm", { body: { code } })),
  });
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} done={done} />;
  if (!offer.data)
    return (
      <form className="factor" onSubmit={(event) => offer.mutate(given(event, "password"))}>
        <label>
          {say("请先输入当前密码", "Your present password first")}
          <input type="password" name="password" id="factor-password" autoComplete="current-password" required />
        </label>
        <p className="fault" role="alert">
          {codeFault(say, offer.error)}
        </p>
        <button type="submit" className="plain main" id="factor-offer" disabled={offer.isPending}>
          {say("开始设置", "Begin")}
        </button>
      </form>
    );
  return (
    <form className="factor" onSubmit={(event) => confirm.mutate(given(event, "code"))}>
      <p>
        {say(
          "用身份验证器应用（支持 TOTP）扫描二维码，然后输入应用显示的 6 位数字。",
          "Scan this with an authenticator app (TOTP), then enter the six digits that it shows.",
        )}
      </p>
      <img className="qr" src={offer.data.picture} alt={say("二维码", "QR code")} width="220" height="220" />
      <details>
        <summary>{say("无法扫描？手动输入密钥", "Cannot scan? Enter the key by hand")}</summary>
        <code id="factor-secret">{offer.data.secret}</code>
      </details>
      <label>
        {say("验证码", "Code")}
        <input name="code" id="factor-code" inputMode="numeric" autoComplete="one-time-code" required maxLength={12} />
      </label>
      <p className="fault" role="alert">
        {codeFault(say, confirm.error)}
      </p>
      <button type="submit" className="plain main" id="factor-confirm" disabled={confirm.isPending}>
        {say("确认启用", "Switch it on")}
      </button>
    </form>
  );
}

export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const say = useSay();
  return (
    <div className="factor">
      <p className="leadbar">
        {say(
          "请抄写并妥善保管以下恢复码：每个只能用一次，关闭后不再显示。",
          "Keep these recovery codes in a safe place. Each works once; they are not shown again.",
        )}
      </p>
      <ul className="bare codes" id="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <button type="button" className="plain main" id="codes-kept" onClick={done}>
        {say("我已保存", "I have kept them")}
      </button>
    </div>
  );
}

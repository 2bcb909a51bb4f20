// A password or a token's secret, shown once: it stays until one says that it is kept.

import { useState } from "react";
import { useSay } from "../shell/preferences";

export function Secret({ id, title, secret, done }: { id: string; title: string; secret: string; done: () => void }) {
  const say = useSay();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    // Without HTTPS a browser has no clipboard for pages: the text can be marked and copied by hand.
    await navigator.clipboard?.writeText(secret).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <section className="secret" aria-label={title}>
      <p>
        <strong>{title}</strong>
      </p>
      <code id={id}>{secret}</code>
      <p className="soft small" role="status">
        {isCopied
          ? say("已复制。", "Copied.")
          : say("仅显示这一次，请立即妥善转交或保存。", "Shown this once. Hand it over or keep it now.")}
      </p>
      <div className="actions">
        {"clipboard" in navigator && (
          <button type="button" className="plain" onClick={() => void copy()}>
            {say("复制", "Copy")}
          </button>
        )}
        <button type="button" className="plain main" id={`${id}-kept`} onClick={done}>
          {say("已保存", "I have it")}
        </button>
      </div>
    </section>
  );
}

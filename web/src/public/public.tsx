// The page for everybody: nobody logs in here, no cookie is sent or kept, and nothing is shown that was not consented to.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { cursorOf } from "../api/client";
import type { components } from "../api/generated/schema";
import { useSay } from "../shell/preferences";
import { Switches } from "../shell/switches";
import "../styles/public.css";
import { clockTime, day, unavailable } from "../words/say";

type PublicPage = components["schemas"]["PublicPageView"];
type PublicFirm = components["schemas"]["PublicFirmView"];

class Refused extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

async function read(cursor: string | null): Promise<PublicPage> {
  const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  const answer = await fetch(`/api/v1/public/enterprises${query}`, {
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw new Refused(answer.status);
  return (await answer.json()) as PublicPage;
}

export default function Public() {
  const say = useSay();
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const cursor = cursors.at(-1) ?? null;
  const { data, error } = useQuery({
    queryKey: ["public", cursor],
    queryFn: () => read(cursor),
    refetchInterval: 60_000,
    retry: false,
  });
  const next = cursorOf(data?.next);
  return (
    <div className="public">
      <header className="heading">
        <h1>{say("明厨 · 公开页面", "Brightkitchen · public page")}</h1>
        <span className="push">
          <Switches />
        </span>
      </header>
      <main>
        {data && <p className="leadbar">{say(data.notice_zh, data.notice_en)}</p>}
        {error && <p role="alert">{words(say, error)}</p>}
        {data?.items.length === 0 && (
          <p className="card pad">
            {say(
              "目前没有企业同意公开。这不说明任何企业的情况。",
              "No enterprise has consented. That says nothing about any of them.",
            )}
          </p>
        )}
        {data?.items.map((one) => (
          <Firm key={one.name} one={one} asOf={data.as_of} />
        ))}
        <p className="actions">
          {cursors.length > 1 && (
            <button type="button" className="plain" onClick={() => setCursors(cursors.slice(0, -1))}>
              ‹ {say("上一页", "Previous")}
            </button>
          )}
          {next && (
            <button type="button" className="plain" onClick={() => setCursors([...cursors, next])}>
              {say("下一页", "Next")} ›
            </button>
          )}
        </p>
        {data && (
          <p className="soft small">
            {say(`截至 ${clockTime(say, data.as_of)}`, `As of ${clockTime(say, data.as_of)}`)}
          </p>
        )}
      </main>
    </div>
  );
}

function words(say: ReturnType<typeof useSay>, error: Error): string {
  if (error instanceof Refused && error.status === 429)
    return say("访问过于频繁，请稍后再试。", "Too many requests; try again in a moment.");
  if (error instanceof Refused && ![401, 404].includes(error.status)) return unavailable(say);
  if (error instanceof Refused) return say("此处没有公开页面。", "There is no public page here.");
  return say("无法连接服务，请稍后再试。", "The service cannot be reached. Try again in a moment.");
}

// The pictures' addresses stay; only with the time of the page is a picture asked for anew, and fits what is said of it.
function Firm({ one, asOf }: { one: PublicFirm; asOf: string }) {
  const say = useSay();
  return (
    <article className="card pad">
      <h2>{one.name}</h2>
      <dl className="public-facts">
        <div>
          <dt>{say("有画面的摄像机", "Cameras with a picture")}</dt>
          <dd>{one.cameras_seen}</dd>
        </div>
        <div className={one.cameras_unknown > 0 ? "unknown" : ""}>
          <dt>{say("情况未知（无画面）", "Unknown (no picture)")}</dt>
          <dd>{one.cameras_unknown}</dd>
        </div>
        <div>
          <dt>{say("人工确认的问题", "Findings confirmed by a person")}</dt>
          <dd>{one.confirmed}</dd>
        </div>
        <div>
          <dt>{say("经核实的整改", "Corrections verified")}</dt>
          <dd>{one.verified}</dd>
        </div>
      </dl>
      <p className="soft small">
        {day(say, one.day_from)} – {day(say, one.day_to)}
      </p>
      <div className="public-pictures">
        {one.pictures.map((picture) => (
          <figure key={picture.path}>
            <img
              src={`${picture.path}?at=${encodeURIComponent(asOf)}`}
              alt={picture.name}
              loading="lazy"
              crossOrigin="anonymous"
            />
            <figcaption className="small">
              {picture.name} · {say("人员已遮挡", "people are hidden")}
            </figcaption>
          </figure>
        ))}
      </div>
    </article>
  );
}

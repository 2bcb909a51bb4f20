// Rules and jurisdictions: what is judged here and how, how right it was, and numbers tried before they go live.

import { Link, useSearchParams } from "react-router";
import type { Me } from "../api/client";
import { useSay } from "../shell/preferences";
import "../styles/rules.css";
import { Catalogue } from "./catalogue";
import { Jurisdictions } from "./jurisdictions";
import { Quality } from "./quality";
import { Tuning } from "./tuning";

const PARTS = ["catalogue", "jurisdictions", "quality", "tuning"] as const;

export default function Rules({ me }: { me: Me }) {
  const say = useSay();
  const [query] = useSearchParams();
  const part = PARTS.find((one) => one === query.get("part")) ?? "catalogue";
  const names: Record<(typeof PARTS)[number], string> = {
    catalogue: say("规则目录", "Catalogue"),
    jurisdictions: say("辖区", "Jurisdictions"),
    quality: say("误报统计", "False alarms"),
    tuning: say("试算调参", "Try numbers"),
  };
  return (
    <div className="rules">
      <div className="heading">
        <h1>{say("规则与辖区", "Rules and jurisdictions")}</h1>
        <nav className="chips" aria-label={say("本页各部分", "Parts of this page")}>
          {PARTS.filter((one) => one !== "tuning" || me.permissions.includes("tune")).map((one) => (
            <Link
              key={one}
              className="chip link"
              to={{ search: one === "catalogue" ? "" : `part=${one}` }}
              aria-current={one === part ? "page" : undefined}
              data-part={one}
            >
              {names[one]}
            </Link>
          ))}
        </nav>
      </div>
      {part === "catalogue" && <Catalogue />}
      {part === "jurisdictions" && <Jurisdictions />}
      {part === "quality" && <Quality maySeeAgreement={me.permissions.includes("see_agreement")} />}
      {part === "tuning" && me.permissions.includes("tune") && <Tuning />}
    </div>
  );
}

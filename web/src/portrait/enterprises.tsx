// The list of enterprises: how each stands, those first that want a look. For who may read the credit record.

import { useMemo } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import type { Me } from "../api/client";
import { useEnterprises } from "../api/queries";
import { useSay } from "../shell/preferences";
import "../styles/portrait.css";
import { enterpriseTypeName } from "../words/credit";
import { CreditBadge, Scale, ShadeBadge } from "./badges";
import { found, ordered, SHADES, type Shade, shadeOf, tally } from "./figures";
import { MOST_FIGURES, useListed } from "./queries";

export default function Enterprises({ me }: { me: Me }) {
  const say = useSay();
  if (!me.permissions.includes("read_credit"))
    return (
      <p className="card pad" role="alert">
        {say("您的账户无权查看信用档案。", "Your account may not read the credit record.")}
      </p>
    );
  return <List me={me} />;
}

function List({ me }: { me: Me }) {
  const say = useSay();
  const [query, setQuery] = useSearchParams();
  const text = query.get("q") ?? "";
  const wanted = query.get("colour") as Shade | null;
  const { data: enterprises, error } = useEnterprises();
  const shown = useMemo(() => found(enterprises ?? [], text), [enterprises, text]);
  const { rows, isPending, fault } = useListed(shown);
  const counts = tally(rows);
  const listed = ordered(rows).filter((row) => wanted === null || (row.credit && shadeOf(row.credit) === wanted));
  const put = (name: string, value: string | null) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const mayRegister = me.permissions.includes("manage_registry");
  if (enterprises?.length === 1 && query.size === 0 && !mayRegister)
    return <Navigate to={`/enterprises/${enterprises[0]?.enterprise_id}`} replace />;
  return (
    <div className="enterprises">
      <div className="heading">
        <h1>{say("企业画像", "Enterprises")}</h1>
        <span className="soft">
          {say(
            "未经人工核实的 AI 线索权重为零。颜色仅用于调整检查频次与帮扶，不对外公示。",
            "Leads that nobody has reviewed weigh nothing. The colour tunes inspections and help; it is not published.",
          )}
        </span>
        {mayRegister && (
          <Link className="button push" id="to-registry" to="/registry">
            {say("登记与修改", "Register and change")}
          </Link>
        )}
      </div>
      <div className="controls seek">
        <label htmlFor="seek">{say("搜索", "Search")}</label>
        <input
          id="seek"
          type="search"
          value={text}
          placeholder={say("名称、统一社会信用代码或区划", "Name, credit code or region")}
          onChange={(event) => put("q", event.target.value)}
        />
        <div className="chips">
          {SHADES.map((shade) => (
            <button
              key={shade}
              type="button"
              className="chip"
              data-shade={shade}
              aria-pressed={wanted === shade}
              onClick={() => put("colour", wanted === shade ? null : shade)}
            >
              <ShadeBadge shade={shade} /> {counts[shade]}
            </button>
          ))}
        </div>
        {isPending && shown.length > 0 && <span className="soft small">{say("正在计算…", "Computing…")}</span>}
      </div>
      {(error ?? fault) && <p role="alert">{(error ?? fault)?.message}</p>}
      {shown.length > MOST_FIGURES && (
        <p className="leadbar">
          {say(
            `共 ${shown.length} 家，此处仅计算并列出前 ${MOST_FIGURES} 家；请搜索以缩小范围。`,
            `${shown.length} in all; the first ${MOST_FIGURES} are computed and listed here. Search for others.`,
          )}
        </p>
      )}
      {enterprises?.length === 0 && (
        <p className="card pad">
          {say(
            "您的账户范围内没有完整的企业。企业指数只向可查看整个企业的账户显示。",
            "Your account sees no whole enterprise; an index is shown only to those who may see the whole of one.",
          )}
        </p>
      )}
      <ul className="bare firms">
        {listed.map(({ enterprise, credit }) => (
          <li key={enterprise.enterprise_id}>
            <Link
              className={`card firm shade-${credit ? shadeOf(credit) : "none"}`}
              data-enterprise={enterprise.enterprise_id}
              to={`/enterprises/${enterprise.enterprise_id}`}
            >
              <span className="who">
                <strong>{enterprise.name}</strong>
                <span className="soft small">
                  {enterpriseTypeName(say, enterprise.type)} · {enterprise.credit_code}
                </span>
              </span>
              <span className="figure">
                {credit ? (
                  <>
                    {credit.index !== null && <strong>{credit.index.toFixed(1)}</strong>}
                    <CreditBadge credit={credit} />
                  </>
                ) : (
                  <span className="soft">…</span>
                )}
              </span>
              <span className="range soft small">
                {credit && credit.low !== null && credit.high !== null ? (
                  <>
                    <Scale credit={credit} />
                    {credit.low.toFixed(1)} – {credit.high.toFixed(1)}
                  </>
                ) : (
                  credit && say(`已观察 ${credit.observed_hours} 小时`, `${credit.observed_hours} h observed`)
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {enterprises && enterprises.length > 0 && listed.length === 0 && !isPending && (
        <p className="card empty">{say("没有符合条件的企业。", "No enterprise fits.")}</p>
      )}
    </div>
  );
}

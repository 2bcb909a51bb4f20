// One region: its figures and its enterprises, what presses most first.

import { Link, useParams } from "react-router";
import type { FirmFigures } from "../api/client";
import { useRegionName } from "../api/queries";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import "../styles/situation.css";
import { shortLead, unknownPlace } from "../words/names";
import { CLASSES } from "./figures";
import { useFirms, useFreshFigures } from "./queries";
import { RegionReport } from "./region-report";
import { FirmLine } from "./regions";
import { sumOf } from "./tree";

export default function Region() {
  const say = useSay();
  const regionName = useRegionName();
  useFreshFigures();
  const { region = "none" } = useParams();
  const digits = /^[0-9]{2,6}$/.test(region) ? region : null;
  const asked = useFirms(digits);
  const { data } = asked;
  const firms = pressing(data ?? []);
  const counted = (count: number) => (data ? count : "…"); // nothing is counted that nobody has told
  const waiting = firms.reduce((sum, one) => sum + sumOf(one.to_review), 0);
  const blind = firms.reduce((sum, one) => sum + one.cameras.blind, 0);
  const seen = firms.reduce((sum, one) => sum + one.cameras.seen, 0);
  return (
    <div className="situation">
      <Link className="back" to="/">
        ‹ {say("态势", "Situation")}
      </Link>
      <div className="heading">
        <h1>{regionName(digits)}</h1>
        <span className="soft">{shortLead(say)}</span>
      </div>
      <Unread of={asked} />
      <section className="sight" aria-label={say("合计", "Sums")}>
        <span>
          <strong>{counted(firms.length)}</strong> {say("家企业", "enterprises")}
        </span>
        <span className={waiting ? "warn" : ""}>
          <strong>{counted(waiting)}</strong> {say("条待核实", "to review")}
        </span>
        <span className="good">
          <strong>{counted(seen)}</strong> {say("台有画面", "cameras with a picture")}
        </span>
        <span className={blind ? "bad" : ""}>
          <strong>{counted(blind)}</strong> {say("台无画面", "without a picture")}
        </span>
      </section>
      {blind > 0 && <p className="soft small">{unknownPlace(say)}</p>}
      <section className="card pad" aria-label={say("企业", "Enterprises")}>
        <h2>{say("企业", "Enterprises")}</h2>
        {data && firms.length === 0 && (
          <p className="soft">
            {say(
              "此区域没有您可见的企业。区域在企业登记信息中填写。",
              "No enterprise of yours lies here. The region stands in the registry.",
            )}
          </p>
        )}
        <ul className="bare region-firms">
          {firms.map((one) => (
            <li key={one.enterprise_id}>
              <FirmLine one={one} />
            </li>
          ))}
        </ul>
      </section>
      {digits && <RegionReport region={digits} />}
    </div>
  );
}

export function pressing(firms: readonly FirmFigures[]): FirmFigures[] {
  const rank = (one: FirmFigures) => CLASSES.map((name) => -one.to_review[name]).concat(-one.cameras.blind);
  return [...firms].sort((one, other) => {
    const theirs = rank(other);
    for (const [place, value] of rank(one).entries()) if (value !== theirs[place]) return value - (theirs[place] ?? 0);
    return (one.name ?? "").localeCompare(other.name ?? "", "zh-CN");
  });
}

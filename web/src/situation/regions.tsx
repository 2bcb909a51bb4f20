// The regions of the registry as a tree that opens down to the enterprise.

import { useState } from "react";
import { Link } from "react-router";
import type { ClassCounts, FirmFigures, SightView } from "../api/client";
import { isAwaited, useRegionName } from "../api/queries";
import { ShadeBadge } from "../portrait/badges";
import type { Shade } from "../portrait/figures";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import { shortClassName } from "../words/names";
import type { Say } from "../words/say";
import { CLASSES } from "./figures";
import { useFirms, useRegions } from "./queries";
import { type Branch, treeOf } from "./tree";

// Whether the regions have come, and the enterprises of one that is open from the beginning.
export function useRegionsAreThere(): boolean {
  const { data, isPending } = useRegions();
  const tree = treeOf(data ?? []);
  const only = tree.length === 1 && tree[0]?.branches.length === 0 ? tree[0] : undefined;
  const asks = only !== undefined && only.enterprises > 0;
  const firms = useFirms(only?.digits ?? null, asks);
  return !isPending && !(asks && firms.isPending);
}

export function Regions() {
  const say = useSay();
  const regions = useRegions();
  const { data } = regions;
  if (!data)
    return (
      <section className="card pad regions" aria-busy={isAwaited(regions)}>
        <h2>{say("区域", "Regions")}</h2>
        <Unread of={regions} />
      </section>
    );
  const tree = treeOf(data);
  return (
    <section className="card pad regions" aria-label={say("区域", "Regions")}>
      <h2>{say("区域", "Regions")}</h2>
      <Unread of={regions} />
      {tree.length === 0 && (
        <p className="soft">
          {say(
            "还没有企业。管理员可在“登记”中添加。",
            "There is no enterprise yet. An administrator adds them in the registry.",
          )}
        </p>
      )}
      {tree.map((one) => (
        <OneBranch key={one.digits ?? "none"} branch={one} isOpen={tree.length === 1} />
      ))}
    </section>
  );
}

function OneBranch({ branch, isOpen = false }: { branch: Branch; isOpen?: boolean }) {
  const say = useSay();
  const regionName = useRegionName();
  const [open, setOpen] = useState(isOpen);
  return (
    <details
      className="branch"
      data-region={branch.digits ?? "none"}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>{regionName(branch.digits)}</strong>
        <span className="soft small">{say(`${branch.enterprises} 家`, `${branch.enterprises} enterprises`)}</span>
        <Marks toReview={branch.toReview} sight={branch.sight} />
      </summary>
      {open && (
        <div className="within">
          <Link className="small" to={`/regions/${branch.digits ?? "none"}`}>
            {say("打开此区域", "Open this region")}
          </Link>
          {branch.branches.length > 0
            ? branch.branches.map((one) => <OneBranch key={one.digits ?? "none"} branch={one} />)
            : branch.enterprises > 0 && <Firms region={branch.digits} />}
        </div>
      )}
    </details>
  );
}

function Firms({ region }: { region: string | null }) {
  const say = useSay();
  const firms = useFirms(region);
  const { data } = firms;
  if (isAwaited(firms)) return <p className="soft small">{say("正在载入…", "Loading…")}</p>;
  return (
    <ul className="bare">
      {!data && (
        <li>
          <Unread of={firms} />
        </li>
      )}
      {(data ?? []).slice(0, 100).map((one) => (
        <li key={one.enterprise_id}>
          <FirmLine one={one} />
        </li>
      ))}
      {(data?.length ?? 0) > 100 && (
        <li className="soft small">
          {say(`仅列出前 100 家，共 ${data?.length} 家`, `The first 100 of ${data?.length}`)}
        </li>
      )}
    </ul>
  );
}

export function FirmLine({ one }: { one: FirmFigures }) {
  const say = useSay();
  const name = one.name ?? say("仅部分场所可见的企业", "An enterprise seen in part");
  return (
    <span className="firm-line" data-enterprise={one.enterprise_id}>
      <Link to={{ pathname: "/alerts", search: `?enterprise=${encodeURIComponent(one.enterprise_id)}` }}>{name}</Link>
      {one.shade && one.shade !== "untold" && <ShadeBadge shade={one.shade as Shade} />}
      {one.shade === "untold" && <span className="badge">{say("尚无指数", "no figure yet")}</span>}
      <Marks toReview={one.to_review} sight={one.cameras} />
    </span>
  );
}

// How many cameras show nothing that can be judged, and why.
export function unseen(say: Say, sight: SightView): { style: string; words: string }[] {
  const { blind, unsure, paused, total } = sight;
  return [
    { style: "offline", count: blind, words: say(`无画面 ${blind}`, `no picture ${blind}`) },
    { style: "degraded", count: unsure, words: say(`画面不可靠 ${unsure}`, `not reliable ${unsure}`) },
    { style: "", count: paused, words: say(`已暂停 ${paused}`, `paused ${paused}`) },
    { style: "", count: Number(total === 0), words: say("无摄像机 · 情况未知", "no camera · unknown") },
  ].filter(({ count }) => count > 0);
}

// What waits by class, and what is not seen: no mark means zero of it, not that all is well.
export function Marks({ toReview, sight }: { toReview: ClassCounts; sight: SightView }) {
  const say = useSay();
  return (
    <span className="marks">
      {CLASSES.filter((name) => toReview[name] > 0).map((name) => (
        <span key={name} className={`badge class-${name}`}>
          {shortClassName(say, name)} {toReview[name]}
        </span>
      ))}
      {unseen(say, sight).map(({ style, words }) => (
        <span key={words} className={`badge ${style}`}>
          {words}
        </span>
      ))}
    </span>
  );
}

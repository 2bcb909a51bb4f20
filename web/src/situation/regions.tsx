// The regions of the registry as a tree that opens down to the enterprise.

import { useState } from "react";
import { Link } from "react-router";
import type { ClassCounts, FirmFigures, SightView } from "../api/client";
import { useRegionName } from "../api/queries";
import { ShadeBadge } from "../portrait/badges";
import type { Shade } from "../portrait/figures";
import { useSay } from "../shell/preferences";
import { shortClassName } from "../words/names";
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
  const { data } = useRegions();
  if (!data)
    return (
      <section className="card pad regions" aria-busy="true">
        <h2>{say("区域", "Regions")}</h2>
      </section>
    );
  const tree = treeOf(data);
  return (
    <section className="card pad regions" aria-label={say("区域", "Regions")}>
      <h2>{say("区域", "Regions")}</h2>
      {tree.length === 0 && (
        <p className="soft">
          {say("还没有企业。管理员可在“导入”中登记。", "There is no enterprise yet. An administrator imports them.")}
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
  const { data, isPending } = useFirms(region);
  if (isPending) return <p className="soft small">{say("正在载入…", "Loading…")}</p>;
  return (
    <ul className="bare">
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
      {sight.blind > 0 && (
        <span className="badge offline">{say(`无画面 ${sight.blind}`, `no picture ${sight.blind}`)}</span>
      )}
      {sight.total === 0 && <span className="badge">{say("无摄像机 · 情况未知", "no camera · unknown")}</span>}
    </span>
  );
}

// Which alerts are listed. All of it stands in the address, so that a list can be kept and passed on.

import { useState } from "react";
import { riskClassValues, toldStateValues } from "../api/generated/schema";
import { useCameras, useCodes, useEnterprises, useSites } from "../api/queries";
import { Choice } from "../shell/choice";
import { usePreferences } from "../shell/preferences";
import { className, nameOf, stateName } from "../words/names";
import { type Filter, NO_FILTER, sameSet, TO_REVIEW } from "./list";

const PILES: readonly { states: readonly string[]; zh: string; en: string }[] = [
  { states: TO_REVIEW, zh: "待核实", en: "To review" },
  { states: [], zh: "全部", en: "All" },
  { states: ["confirmed"], zh: "已确认", en: "Confirmed" },
  { states: ["dismissed"], zh: "已排除", en: "Dismissed" },
  { states: ["unclear"], zh: "无法判断", en: "Unclear" },
];

export function Filters({ filter, change }: { filter: Filter; change: (filter: Filter) => void }) {
  const { say } = usePreferences();
  const { data: sites = [] } = useSites();
  const { data: cameras = [] } = useCameras();
  const { data: codes = [] } = useCodes();
  const { data: enterprises = [] } = useEnterprises();
  const narrowed = [filter.classes, filter.codes].filter((list) => list.length > 0).length;
  const isNarrow =
    narrowed > 0 ||
    Boolean(filter.enterprise ?? filter.site ?? filter.camera ?? filter.from ?? filter.to) ||
    filter.open !== null;
  const [isOpen, setOpen] = useState(isNarrow);
  const camerasHere = filter.site ? cameras.filter((one) => one.site_id === filter.site) : cameras;
  const firm = enterprises.find((one) => one.enterprise_id === filter.enterprise)?.name ?? filter.enterprise;
  const several = { mode: "multiple" as const, allowClear: true, maxTagCount: "responsive" as const };
  return (
    <div className="filters">
      <div className="chips">
        {PILES.map((pile) => (
          <button
            key={pile.en}
            type="button"
            className="chip"
            aria-pressed={sameSet(filter.states, pile.states)}
            onClick={() => change({ ...filter, states: pile.states })}
          >
            {say(pile.zh, pile.en)}
          </button>
        ))}
        <button
          type="button"
          className="chip more"
          id="more-filters"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {say("筛选", "Filter")}
          {isNarrow ? " •" : ""}
        </button>
        {filter.enterprise !== null && (
          <button
            type="button"
            className="chip"
            id="filter-enterprise"
            aria-pressed="true"
            onClick={() => change({ ...filter, enterprise: null })}
          >
            {say(`企业：${firm} ✕`, `Enterprise: ${firm} ✕`)}
          </button>
        )}
      </div>
      {isOpen && (
        <div className="filter-fields">
          <Choice
            {...several}
            id="filter-state"
            aria-label={say("状态", "States")}
            placeholder={say("全部状态", "All states")}
            value={[...filter.states]}
            onChange={(states: string[]) => change({ ...filter, states })}
            options={toldStateValues.map((value) => ({ value, label: stateName(say, value) }))}
          />
          <Choice
            {...several}
            id="filter-class"
            aria-label={say("风险类别", "Classes")}
            placeholder={say("全部类别", "All classes")}
            value={[...filter.classes]}
            onChange={(classes: string[]) => change({ ...filter, classes })}
            options={riskClassValues.map((value) => ({ value, label: className(say, value) }))}
          />
          <Choice
            {...several}
            id="filter-code"
            aria-label={say("风险代码", "Risk codes")}
            placeholder={say("全部风险代码", "All risk codes")}
            value={[...filter.codes]}
            onChange={(list: string[]) => change({ ...filter, codes: list })}
            optionFilterProp="label"
            options={codes.map((code) => ({ value: code.code, label: nameOf(say, code) }))}
          />
          <Choice
            allowClear
            showSearch
            id="filter-site"
            aria-label={say("场所", "Site")}
            placeholder={say("全部场所", "All sites")}
            value={filter.site ?? undefined}
            onChange={(site: string | undefined) => change({ ...filter, site: site ?? null, camera: null })}
            optionFilterProp="label"
            options={sites.map((site) => ({ value: site.site_id, label: site.name }))}
          />
          <Choice
            allowClear
            showSearch
            id="filter-camera"
            aria-label={say("摄像机", "Camera")}
            placeholder={say("全部摄像机", "All cameras")}
            value={filter.camera ?? undefined}
            onChange={(camera: string | undefined) => change({ ...filter, camera: camera ?? null })}
            optionFilterProp="label"
            options={camerasHere.map((camera) => ({ value: camera.camera_id, label: camera.name }))}
          />
          <label className="day">
            {say("自", "From")}
            <input
              type="date"
              value={filter.from ?? ""}
              onChange={(event) => change({ ...filter, from: event.target.value || null })}
            />
          </label>
          <label className="day">
            {say("至", "To")}
            <input
              type="date"
              value={filter.to ?? ""}
              onChange={(event) => change({ ...filter, to: event.target.value || null })}
            />
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={filter.open === true}
              onChange={(event) => change({ ...filter, open: event.target.checked ? true : null })}
            />
            {say("仅仍在持续的", "Still going on only")}
          </label>
          <button type="button" className="quiet" onClick={() => change({ ...NO_FILTER, states: TO_REVIEW })}>
            {say("清除筛选", "Clear")}
          </button>
        </div>
      )}
    </div>
  );
}

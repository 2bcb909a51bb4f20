// How far an account or a token reaches: everything, or some enterprises with all their sites and some single sites.

import { useMemo } from "react";
import { useEnterprises, useSites } from "../api/queries";
import { Choice } from "../shell/choice";
import { useSay } from "../shell/preferences";

export interface Reach {
  is_everything: boolean;
  enterprise_ids: string[];
  site_ids: string[];
}

export const NOTHING: Reach = { is_everything: false, enterprise_ids: [], site_ids: [] };
export const EVERYTHING: Reach = { is_everything: true, enterprise_ids: [], site_ids: [] };

export const isEmpty = (reach: Reach): boolean =>
  !reach.is_everything && reach.enterprise_ids.length === 0 && reach.site_ids.length === 0;

interface Given {
  id: string;
  reach: Reach;
  change: (reach: Reach) => void;
  whole: string; // what everything is called here
  isWholeOnly?: boolean;
  isOfFirms?: boolean; // of whole enterprises only
}

export function ReachPicker({ id, reach, change, whole, isWholeOnly = false, isOfFirms = false }: Given) {
  const say = useSay();
  const choose = (is_everything: boolean) => change({ ...reach, is_everything });
  return (
    <fieldset className="reach">
      <legend>{say("范围", "Reach")}</legend>
      <label className="check">
        <input
          type="radio"
          name={`${id}-reach`}
          data-reach="everything"
          checked={reach.is_everything || isWholeOnly}
          onChange={() => choose(true)}
        />
        {whole}
      </label>
      <label className="check">
        <input
          type="radio"
          name={`${id}-reach`}
          data-reach="part"
          disabled={isWholeOnly}
          checked={!reach.is_everything && !isWholeOnly}
          onChange={() => choose(false)}
        />
        {isOfFirms ? say("部分企业", "Some enterprises") : say("部分企业或场所", "Some enterprises or sites")}
      </label>
      {isWholeOnly && (
        <p className="soft small">{say("管理员的范围总是全部。", "An administrator looks after everything.")}</p>
      )}
      {!reach.is_everything && !isWholeOnly && <Part id={id} reach={reach} change={change} isOfFirms={isOfFirms} />}
    </fieldset>
  );
}

function Part({ id, reach, change, isOfFirms }: Pick<Given, "id" | "reach" | "change" | "isOfFirms">) {
  const say = useSay();
  const { data: enterprises = [] } = useEnterprises();
  const { data: sites = [] } = useSites();
  const firmOf = useMemo(() => new Map(enterprises.map((one) => [one.enterprise_id, one.name])), [enterprises]);
  const several = { mode: "multiple" as const, allowClear: true, optionFilterProp: "label" };
  return (
    <div className="places">
      <label htmlFor={`${id}-enterprises`}>{say("企业（含其全部场所）", "Enterprises, with all their sites")}</label>
      <Choice
        {...several}
        id={`${id}-enterprises`}
        aria-label={say("企业（含其全部场所）", "Enterprises, with all their sites")}
        placeholder={say("输入名称搜索", "Type a name")}
        value={reach.enterprise_ids}
        onChange={(enterprise_ids: string[]) => change({ ...reach, enterprise_ids })}
        options={enterprises.map((one) => ({ value: one.enterprise_id, label: one.name }))}
      />
      {!isOfFirms && (
        <>
          <label htmlFor={`${id}-sites`}>{say("单个场所", "Single sites")}</label>
          <Choice
            {...several}
            id={`${id}-sites`}
            aria-label={say("单个场所", "Single sites")}
            placeholder={say("输入名称搜索", "Type a name")}
            value={reach.site_ids}
            onChange={(site_ids: string[]) => change({ ...reach, site_ids })}
            options={sites.map((one) => ({
              value: one.site_id,
              label: `${one.name} · ${firmOf.get(one.enterprise_id) ?? one.enterprise_id}`,
            }))}
          />
        </>
      )}
    </div>
  );
}

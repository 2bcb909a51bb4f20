// The region of an enterprise, found by a part of its name or by its digits. Digits that have no name here can be entered all the same.

import { useMemo, useState } from "react";
import { useDivisions } from "../api/queries";
import { Choice } from "../shell/choice";
import { useSay } from "../shell/preferences";
import { counties, isMeant, regionName } from "../words/regions";

const SIX_DIGITS = /^[0-9]{6}$/;

export function RegionChoice({ region, choose }: { region: string | null; choose: (region: string | null) => void }) {
  const say = useSay();
  const { data: divisions } = useDivisions();
  const [typed, setTyped] = useState("");
  const known = useMemo(() => counties(say, divisions ?? {}), [say, divisions]);
  const options = known
    .filter((one) => isMeant(one, typed))
    .map((one) => ({ value: one.digits, label: `${one.name} ${one.digits}` }));
  for (const digits of [typed, region ?? ""])
    if (SIX_DIGITS.test(digits) && divisions?.[digits] === undefined && !options.some((one) => one.value === digits))
      options.push({ value: digits, label: regionName(say, digits, divisions) });
  return (
    <Choice
      allowClear
      showSearch
      filterOption={false}
      id="region"
      aria-label={say("行政区划", "Region")}
      placeholder={say("名称或六位代码", "A name in Chinese, or six digits")}
      notFoundContent={say("没有这样的区划", "No such region")}
      value={region ?? undefined}
      onSearch={setTyped}
      onChange={(value: string | undefined) => {
        choose(value ?? null);
        setTyped("");
      }}
      options={options}
    />
  );
}

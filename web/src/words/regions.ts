// Regions by the names that people say. Provinces are known here in both languages; the names of cities and counties are in
// Chinese only and come from the service (`useDivisions`). Until they are there, and where there is none, digits stand for them.

import { named } from "./names";
import type { Say } from "./say";

export type Divisions = Readonly<Record<string, string>>;

const provinceName = named({
  "11": ["北京市", "Beijing"],
  "12": ["天津市", "Tianjin"],
  "13": ["河北省", "Hebei"],
  "14": ["山西省", "Shanxi"],
  "15": ["内蒙古自治区", "Inner Mongolia"],
  "21": ["辽宁省", "Liaoning"],
  "22": ["吉林省", "Jilin"],
  "23": ["黑龙江省", "Heilongjiang"],
  "31": ["上海市", "Shanghai"],
  "32": ["江苏省", "Jiangsu"],
  "33": ["浙江省", "Zhejiang"],
  "34": ["安徽省", "Anhui"],
  "35": ["福建省", "Fujian"],
  "36": ["江西省", "Jiangxi"],
  "37": ["山东省", "Shandong"],
  "41": ["河南省", "Henan"],
  "42": ["湖北省", "Hubei"],
  "43": ["湖南省", "Hunan"],
  "44": ["广东省", "Guangdong"],
  "45": ["广西壮族自治区", "Guangxi"],
  "46": ["海南省", "Hainan"],
  "50": ["重庆市", "Chongqing"],
  "51": ["四川省", "Sichuan"],
  "52": ["贵州省", "Guizhou"],
  "53": ["云南省", "Yunnan"],
  "54": ["西藏自治区", "Tibet"],
  "61": ["陕西省", "Shaanxi"],
  "62": ["甘肃省", "Gansu"],
  "63": ["青海省", "Qinghai"],
  "64": ["宁夏回族自治区", "Ningxia"],
  "65": ["新疆维吾尔自治区", "Xinjiang"],
  "71": ["台湾省", "Taiwan"],
  "81": ["香港特别行政区", "Hong Kong"],
  "82": ["澳门特别行政区", "Macao"],
});

const LEVELS = [2, 4, 6] as const;
// What stands at the place of a city where a province has counties of its own, and is no name that people say.
const NO_NAMES = new Set(["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"]);

export function regionName(say: Say, digits: string | null, divisions: Divisions = {}): string {
  if (digits === null) return say("未登记区域", "No region entered");
  if (digits === "000000") return say("示例区域 000000（虚构）", "Example region 000000 (made up)");
  const names = [provinceName(say, digits.slice(0, 2))];
  for (const length of LEVELS.slice(1)) {
    const name = length <= digits.length ? divisions[digits.slice(0, length)] : undefined;
    if (name !== undefined && !NO_NAMES.has(name) && !names.includes(name)) names.push(name);
  }
  if (digits.length > 2 && divisions[digits] === undefined) names.push(digits);
  return names.join(" ");
}

export interface County {
  digits: string;
  name: string;
}

// What may be entered as the region of an enterprise, in order of digits.
export function counties(say: Say, divisions: Divisions): County[] {
  return Object.keys(divisions)
    .filter((digits) => digits.length === 6)
    .sort()
    .map((digits) => ({ digits, name: regionName(say, digits, divisions) }));
}

// Whether a place is meant by what somebody typed: every word of it is in the name, or the digits begin with it.
export function isMeant(county: County, typed: string): boolean {
  const name = county.name.replaceAll(" ", "");
  return typed
    .trim()
    .split(/\s+/)
    .every((word) => name.includes(word) || county.digits.startsWith(word));
}

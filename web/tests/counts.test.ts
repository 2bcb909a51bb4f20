import { describe, expect, it } from "vitest";
import { askedOf, bars, byCode, table } from "../src/counts/asked";

const NOW = new Date(2026, 10, 27, 12);
const asked = (query: string) => askedOf(new URLSearchParams(query), NOW);
const count = (day: string, code: string, confirmed: number, unreviewed = 0) => ({
  day,
  code,
  confirmed,
  unreviewed,
  dismissed: 0,
  unclear: 1,
});

describe("counts that are asked for", () => {
  it("are of the last thirty days and of tomorrow's calendars where the address says nothing", () => {
    expect(asked("")).toEqual({
      days: 30,
      from: "2026-10-29",
      to: "2026-11-28",
      enterprise: null,
      site: null,
      code: null,
    });
  });

  it("follow the address and pass over what is no span and no day", () => {
    expect(asked("days=7&site=s&code=pest.rodent")).toMatchObject({ days: 7, from: "2026-11-21", site: "s" });
    expect(asked("days=8")).toMatchObject({ days: 30 });
    expect(asked("from=2026-01-01&to=2026-02-01")).toMatchObject({ days: null, from: "2026-01-01", to: "2026-02-01" });
    expect(asked("from=yesterday&to=2026-02-01")).toMatchObject({ days: 30 });
  });

  it("are summed by code, the most confirmed first", () => {
    const sums = byCode([count("2026-11-26", "a", 1, 5), count("2026-11-27", "b", 2), count("2026-11-27", "a", 0, 1)]);
    expect(sums).toEqual([
      { code: "b", detected: 3, unreviewed: 0, confirmed: 2, dismissed: 0, unclear: 1 },
      { code: "a", detected: 9, unreviewed: 6, confirmed: 1, dismissed: 0, unclear: 2 },
    ]);
  });

  it("are drawn by day, without an empty tomorrow, and by month where days could not be told apart", () => {
    const few = bars([count("2026-11-27", "a", 1)], "2026-11-26", "2026-11-28");
    expect(few.bars.map((one) => one.day)).toEqual(["2026-11-26", "2026-11-27"]);
    const many = bars([count("2026-11-27", "a", 1), count("2026-11-02", "a", 2)], "2026-01-15", "2026-11-28");
    expect(many.isByMonth).toBe(true);
    expect(many.bars).toHaveLength(11);
    expect(many.bars.at(-1)).toMatchObject({ day: "2026-11-01", confirmed: 3, unclear: 2 });
  });

  it("become a table that a spreadsheet reads", () => {
    const text = table([count("2026-11-27", "a", 1, 2)], ["Day", "x"], () => 'Rat, "brown"');
    expect(text).toBe('\uFEFFDay,x\r\n2026-11-27,a,"Rat, ""brown""",4,2,1,0,1\r\n');
  });
});

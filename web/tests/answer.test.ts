import { describe, expect, it } from "vitest";
import { faultOf, MOST_FILES, send, unused } from "../src/alerts/answer";
import { isProblem } from "../src/api/client";

const picture = { name: "after.jpg", size: 2_000, type: "image/jpeg" };

describe("an answer before it is sent", () => {
  it.each([
    ["nothing is wrong", "已更换", [picture], 0, null],
    ["a note is missing", "  ", [picture], 0, "note"],
    ["a file is missing", "已更换", [], 0, "files"],
    ["files that were put there before are enough", "已更换", [], 1, null],
    ["a text is no picture", "已更换", [{ ...picture, type: "text/plain" }], 0, "type"],
    ["an empty file shows nothing", "已更换", [{ ...picture, size: 0 }], 0, "empty"],
    ["there are too many", "已更换", [picture], MOST_FILES, "many"],
  ] as const)("%s", (_, note, files, already, fault) => {
    expect(faultOf(note, files, already)?.fault ?? null).toBe(fault);
  });

  it("goes on with files that no rectification has named yet", () => {
    const files = ["one", "two", "three"].map((id) => ({ evidence_id: id }));
    expect(unused({ files, rectifications: [{ files: ["two"] }] })).toEqual(["one", "three"]);
    expect(unused(null)).toEqual([]);
  });
});

describe("sending", () => {
  function ports(sequences: number[]) {
    const sent: { files: string[]; sequence: number }[] = [];
    const told: number[] = [];
    return {
      sent,
      told,
      upload: async (file: string) => ({ evidence_id: `id-${file}`, sequence: sequences.shift() ?? 0 }),
      rectify: async (files: string[], sequence: number) => sent.push({ files, sequence }),
      tell: (through: number) => told.push(through),
    };
  }

  it("puts the files first and names them, with the sequence that the last one made", async () => {
    const made = ports([4, 5]);
    await send(["a", "b"], ["old"], 3, { upload: made.upload, rectify: made.rectify, told: made.tell });
    expect(made.sent).toEqual([{ files: ["old", "id-a", "id-b"], sequence: 5 }]);
    expect(made.told).toEqual([0, 1, 2]);
  });

  it("takes the same content once, which makes no step", async () => {
    const made = ports([4, 4]);
    await send(["a", "a"], [], 3, { upload: made.upload, rectify: made.rectify, told: made.tell });
    expect(made.sent).toEqual([{ files: ["id-a"], sequence: 4 }]);
  });

  it("does not answer what somebody else has changed meanwhile", async () => {
    const made = ports([5]);
    const sending = send(["a"], [], 3, { upload: made.upload, rectify: made.rectify, told: made.tell });
    await expect(sending).rejects.toSatisfy((error) => isProblem(error, "alert-conflict"));
    expect(made.sent).toEqual([]);
  });
});

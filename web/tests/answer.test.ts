import { describe, expect, it } from "vitest";
import { faultOf, MOST_FILES, send, unused } from "../src/alerts/answer";
import { isProblem, Problem } from "../src/api/client";

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
    ["as many as there may be are there and nothing is added", "已更换", [], MOST_FILES, null],
  ] as const)("%s", (_, note, files, already, fault) => {
    expect(faultOf(note, files, { kept: already, unnamed: already })?.fault ?? null).toBe(fault);
  });

  it("counts what earlier rectifications named, which go with this one no more", () => {
    expect(faultOf("已更换", [picture], { kept: MOST_FILES, unnamed: 0 })?.fault).toBe("many");
    expect(faultOf("已更换", [], { kept: 3, unnamed: 0 })?.fault).toBe("files");
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
    const uploaded: string[] = [];
    return {
      sent,
      told,
      uploaded,
      ports: {
        upload: async (file: string) => ({ evidence_id: `id-${file}`, sequence: sequences.shift() ?? 0 }),
        uploaded: (file: string) => uploaded.push(file),
        rectify: async (files: string[], sequence: number) => sent.push({ files, sequence }),
        told: (through: number) => told.push(through),
      },
    };
  }

  it("puts the files first and names them, with the sequence that the last one made", async () => {
    const made = ports([4, 5]);
    await send(["a", "b"], ["old"], 3, made.ports);
    expect(made.sent).toEqual([{ files: ["old", "id-a", "id-b"], sequence: 5 }]);
    expect(made.told).toEqual([0, 1, 2]);
  });

  it("takes the same content once, which makes no step", async () => {
    const made = ports([4, 4]);
    await send(["a", "a"], [], 3, made.ports);
    expect(made.sent).toEqual([{ files: ["id-a"], sequence: 4 }]);
  });

  it("does not answer what somebody else has changed meanwhile", async () => {
    const made = ports([5]);
    const sending = send(["a"], [], 3, made.ports);
    await expect(sending).rejects.toSatisfy((error) => isProblem(error, "alert-conflict"));
    expect(made.sent).toEqual([]);
  });

  it("tells each file that the alert has, so that none is counted or sent again after a refusal", async () => {
    const made = ports([4, 5]);
    const rectify = () => Promise.reject(new Problem(409, {}));
    await expect(send(["a", "b"], [], 3, { ...made.ports, rectify })).rejects.toBeInstanceOf(Problem);
    expect(made.uploaded).toEqual(["a", "b"]);
    const overtaken = ports([6]);
    await expect(send(["a", "b"], [], 3, overtaken.ports)).rejects.toBeInstanceOf(Problem);
    expect(overtaken.uploaded).toEqual(["a"]);
  });
});

import assert from "node:assert/strict";
import { checkPlaces } from "../../../src/vscode/evaluation/check-places";
import { partOfSuite, wholeSuite } from "../../../src/vscode/evaluation/part-of-suite";
import { differenceNames, rerunText } from "../../../src/vscode/evaluation/rerun-text";
import { newSuite, prompt, sequence } from "../../support/evaluations";

describe("a part of a suite", () => {
  const suite = newSuite([
    sequence("One", [prompt("A"), prompt("B"), prompt("C")]),
    sequence("Two", [prompt("A"), prompt("B"), prompt("C")], { independent: true }),
  ]);
  const namesOf = (selection: Parameters<typeof partOfSuite>[1]) => {
    const part = partOfSuite(suite, selection);
    return part?.sequences.map(({ name, prompts }) => [name, prompts.map((each) => each.name).join("")]);
  };

  it("is the suite itself where everything is selected", () => {
    assert.deepEqual(partOfSuite(suite, wholeSuite(suite)), suite);
  });

  it("has what a prompt builds on, and nothing behind it", () => {
    assert.deepEqual(namesOf(new Map([["One", new Set(["B"])]])), [["One", "AB"]]);
    assert.deepEqual(namesOf(new Map([["One", new Set(["C", "A"])]])), [["One", "ABC"]]);
  });

  it("has of independent prompts only those that are selected", () => {
    assert.deepEqual(namesOf(new Map([["Two", new Set(["C", "A"])]])), [["Two", "AC"]]);
  });

  it("keeps the order of the suite", () => {
    const selection = new Map([
      ["Two", new Set(["B"])],
      ["One", new Set(["A"])],
    ]);
    assert.deepEqual(namesOf(selection), [
      ["One", "A"],
      ["Two", "B"],
    ]);
  });

  it("is told apart by its name", () => {
    assert.equal(partOfSuite(suite, new Map([["One", "all"]]))?.name, "Test · One");
    assert.equal(partOfSuite(suite, new Map([["One", new Set(["B"])]]))?.name, "Test · One · B");
  });

  it("is none where nothing of it is in the suite", () => {
    assert.equal(partOfSuite(suite, new Map([["Three", "all"]])), undefined);
    assert.equal(partOfSuite(suite, new Map([["One", new Set(["D"])]])), undefined);
  });
});

describe("the places of checks", () => {
  const place = (line: number) => ({ line, column: 1 });
  const placesOf = checkPlaces({
    sequences: [
      {
        name: "Written",
        position: place(1),
        prompts: [{ name: "A", position: place(2), checks: [place(3), place(4)] }],
      },
      {
        name: "Data",
        position: place(5),
        prompts: [],
        promptsFrom: "rows.csv",
        checksFrom: [place(6)],
      },
    ],
  });

  it("are those of the prompt, or of the sequence for prompts from a data file", () => {
    assert.deepEqual(placesOf("Written", "A"), [place(3), place(4)]);
    assert.deepEqual(placesOf("Data", "any row"), [place(6)]);
    assert.deepEqual(placesOf("Written", "gone"), []);
    assert.deepEqual(placesOf("Gone", "A"), []);
  });
});

describe("the report of a re-run", () => {
  const models = [{ id: "m", name: "Model" }];
  const suite = newSuite([sequence("Sums", [prompt("Plus"), prompt("Minus")])]);
  const [before, after] = [0, 86_400_000].map((createdAt) => ({ name: "Story", models, createdAt }));

  it("says what differs and what became of each response", () => {
    const place = { model: 0, sequence: 0, run: 1, prompt: 1, before: 1, after: 2 };
    const text = rerunText(before!, after!, suite, {
      differences: [{ model: "m", name: "engineVersion", before: "1", after: undefined }],
      responses: [{ ...place, drift: "drifted" }],
      identical: 0,
      drifted: 1,
      missing: 0,
    });
    assert.match(
      text,
      /^# Re-run of “Story”\n\nFirst run 1970-01-01 00:00:00, repeated 1970-01-02 00:00:00: 0 identical, 1 drifted, 0 missing\.\n/,
    );
    assert.match(text, /\n- engineVersion of m: 1 → not known\n/);
    assert.match(text, /\n- Model, Sums › Minus, run 1: drifted\n/);
  });

  it("has a short form for a notification", () => {
    const differences = ["judge", "threads", "threads", "device", "gpuLayers"].map((name) => ({
      model: undefined,
      name,
      before: "1",
      after: "2",
    }));
    assert.equal(differenceNames({ differences }), "judge, threads, device, …");
    assert.equal(differenceNames({ differences: differences.slice(0, 2) }), "judge, threads");
    assert.equal(differenceNames({ differences: [] }), "");
  });

  it("says when nothing differs", () => {
    const text = rerunText(before!, after!, suite, {
      differences: [],
      responses: [],
      identical: 0,
      drifted: 0,
      missing: 0,
    });
    assert.match(text, /\nNothing that is recorded\.\n/);
  });
});

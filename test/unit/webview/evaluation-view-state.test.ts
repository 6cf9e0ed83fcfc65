import assert from "node:assert/strict";
import type { EvaluationLine } from "../../../src/protocol/evaluation-view";
import { parseSavedState } from "../../../webview-ui/evaluation/saved-state";
import {
  actionsFor,
  changeFilter,
  emptyTable,
  firstComparison,
  isFiltered,
  percentDone,
  sortBy,
} from "../../../webview-ui/evaluation/view-state";

function line(change: Partial<EvaluationLine> = {}): EvaluationLine {
  return {
    id: "a",
    name: "A",
    status: "completed",
    models: ["One", "Two"],
    total: 10,
    ok: 10,
    failed: 0,
    skipped: 0,
    checksPassed: 0,
    checksTold: 0,
    score: null,
    scoresFailed: 0,
    error: null,
    hasSuiteFile: true,
    hasLockfile: true,
    createdAt: 1,
    startedAt: 2,
    endedAt: 3,
    activity: null,
    revision: 1,
    ...change,
  };
}

const activity = { phase: "responses", modelName: "One", done: 3, total: 10, failed: 0 } as const;

describe("results page state", () => {
  it("offers what can be done, and nothing that would be refused", () => {
    assert.deepEqual(actionsFor(line()), [
      "judge",
      "comparePairs",
      "rerun",
      "export",
      "showOutput",
      "openSuite",
      "delete",
    ]);
    assert.deepEqual(
      actionsFor(line({ status: "interrupted", ok: 0, hasSuiteFile: false, hasLockfile: false })),
      ["resume", "export", "showOutput", "delete"],
    );
    assert.equal(actionsFor(line({ status: "completed-with-errors", ok: 9, failed: 1 }))[0], "retryFailed");
    assert.ok(!actionsFor(line({ models: ["One"] })).includes("comparePairs"));
    const running = line({ status: "running", activity: { ...activity, state: "running" } });
    assert.deepEqual(actionsFor(running), ["cancel", "reset", "export", "showOutput", "openSuite"]);
    const ending = line({ activity: { ...activity, state: "ending" } });
    assert.ok(!actionsFor(ending).includes("cancel"));
  });

  it("shows how far responses or judgements are", () => {
    assert.equal(percentDone(line({ ok: 3, failed: 1, skipped: 1 })), 50);
    assert.equal(percentDone(line({ total: 0, ok: 0 })), 0);
    const judging = { ...activity, state: "running", phase: "judging", done: 30, total: 40 } as const;
    assert.equal(percentDone(line({ activity: judging })), 75);
  });

  it("turns a column round at the second click", () => {
    const byScore = sortBy(emptyTable, "score");
    assert.deepEqual([byScore.sort, byScore.isDescending], ["score", false]);
    assert.equal(sortBy(byScore, "score").isDescending, true);
    assert.equal(sortBy(byScore, "firstToken").isDescending, true);
  });

  it("forgets filters that are empty", () => {
    const filter = changeFilter({ model: 0, contains: "x" }, { contains: "", hasFailedCheck: true });
    assert.deepEqual(filter, { model: 0, hasFailedCheck: true });
    assert.equal(isFiltered(filter), true);
    assert.equal(isFiltered(changeFilter(filter, { model: undefined, hasFailedCheck: undefined })), false);
  });

  it("compares the first two models, or the same suite's other evaluation", () => {
    const several = [
      line({ id: "b", name: "B" }),
      line({ id: "old", models: ["One"] }),
      line({ models: ["One"] }),
    ];
    const { first, second } = firstComparison("b", several);
    assert.deepEqual([first.model, second.model, second.evaluationId], [0, 1, "b"]);
    assert.equal(firstComparison("a", several).second.evaluationId, "old");
    assert.equal(firstComparison("a", [line({ models: ["One"] })]).second.evaluationId, "a");
  });

  it("is read back as it was saved", () => {
    const states = [
      {
        place: { type: "run", evaluationId: "a", tab: "summary" },
        table: {
          filter: { model: 1, sequence: 0, run: 2, status: "failed", hasFailedCheck: true, contains: "bell" },
          sort: "score",
          isDescending: true,
        },
        showsPlainText: true,
      },
      {
        place: {
          type: "compare",
          first: { evaluationId: "a", model: 0, run: 1 },
          second: { evaluationId: "b", model: 1, run: 2 },
          reads: { sequence: "Film", prompt: "Premise" },
        },
        table: emptyTable,
        showsPlainText: false,
      },
    ];
    for (const state of states) {
      assert.deepEqual(parseSavedState(JSON.parse(JSON.stringify(state))), state);
    }
  });

  it("survives whatever is saved instead", () => {
    const nothing = { place: { type: "list" }, table: emptyTable, showsPlainText: false };
    const odd = [
      undefined,
      7,
      { place: { type: "run" } },
      { place: { type: "compare", first: { evaluationId: "a" } } },
      {
        table: { filter: { model: "1", run: -1, status: "odd", contains: 3 }, sort: "odd", isDescending: 1 },
      },
    ];
    for (const each of odd) {
      assert.deepEqual(parseSavedState(each), nothing);
    }
  });
});

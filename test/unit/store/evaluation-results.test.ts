import assert from "node:assert/strict";
import type { NewComparison, NewResponse, ResponseWindow } from "../../../src/protocol/store-evaluations";
import {
  at,
  beginEvaluation,
  check,
  owner,
  recordAll,
  response,
  score,
  windowOf,
} from "../../fixtures/store/evaluations";
import * as evaluations from "../../../src/store/worker/evaluations/evaluations";
import { listResponses } from "../../../src/store/worker/evaluations/response-window";
import {
  getResponses,
  getSequenceRun,
  listOutcomes,
  recordResponses,
} from "../../../src/store/worker/evaluations/responses";
import {
  getScores,
  listComparisons,
  listScores,
  recordComparisons,
  recordScores,
} from "../../../src/store/worker/evaluations/scores";
import { summarizeModels, summarizeScores } from "../../../src/store/worker/evaluations/summaries";
import type { StoreSession } from "../../../src/store/worker/session";
import { sessionPerTest } from "../../fixtures/store/sessions";

describe("results of evaluations in the store", () => {
  let session: StoreSession;
  sessionPerTest((fresh) => (session = fresh));

  const begin = (id?: string) => beginEvaluation(session, id);
  const record = (...responses: NewResponse[]) => recordAll(session, ...responses);

  it("lists outcomes in the order of the suite, whatever the order they came in", async () => {
    await begin();
    await record(response([1, 0, 1, 0]));
    await record(response([0, 1, 2, 0], { status: "failed", generatedTokens: undefined }));
    await record(response([0, 1, 1, 1]), response([0, 0, 2, 0]));
    const outcomes = await session.read(listOutcomes("e"));
    const places = [...outcomes.ids.keys()].map((index) =>
      [outcomes.models, outcomes.sequences, outcomes.runs, outcomes.prompts].map((column) => column[index]),
    );
    assert.deepEqual(places, [
      [0, 0, 2, 0],
      [0, 1, 1, 1],
      [0, 1, 2, 0],
      [1, 0, 1, 0],
    ]);
    assert.deepEqual([...outcomes.statuses], [0, 0, 1, 0]);
    assert.deepEqual([...outcomes.generatedTokens], [10, 10, NaN, 11]);
    assert.deepEqual([...outcomes.timeToFirstTokenMs], [20.25, 20.25, 20.25, 20.25]);
    assert.deepEqual([...(await session.read(listOutcomes("nope"))).ids], []);
    const run = await session.read(getSequenceRun("e", { model: 0, sequence: 1, run: 1 }));
    assert.deepEqual(
      run.map(({ text }) => text),
      ["Text 0111"],
    );
  });

  it("shows windows of responses, filtered and sorted, those without a value last", async () => {
    await begin();
    const long = "é".repeat(2000);
    const { responseIds } = await record(
      response([0, 0, 1, 0], { text: long, tokensPerSecond: 10 }),
      response([0, 0, 1, 1], { tokensPerSecond: undefined, status: "failed" }),
      response([0, 1, 1, 0], { text: "A NEEDLE", tokensPerSecond: 30 }),
      response([1, 0, 2, 0], { tokensPerSecond: 20 }),
    );
    const [first, , third] = responseIds as [number, number, number];
    await session.write(
      recordScores({
        evaluationId: "e",
        owner,
        scores: [score(first, "Wit", 2), score(first, "Care", 5), score(third, "Wit", undefined)],
        log: [],
      }),
    );
    const shown = async (change: Partial<ResponseWindow>) => {
      const { total, rows } = await session.read(listResponses(windowOf(change)));
      return [total, ...rows.map(({ id }) => responseIds.indexOf(id))];
    };
    assert.deepEqual(await shown({}), [4, 0, 1, 2, 3]);
    assert.deepEqual(await shown({ isDescending: true }), [4, 3, 2, 1, 0]);
    assert.deepEqual(await shown({ offset: 1, limit: 2 }), [4, 1, 2]);
    assert.deepEqual(await shown({ sort: "speed" }), [4, 0, 3, 2, 1]);
    assert.deepEqual(await shown({ sort: "speed", isDescending: true }), [4, 2, 3, 0, 1]);
    assert.deepEqual(await shown({ sort: "score" }), [4, 0, 1, 2, 3]);
    assert.deepEqual(await shown({ filter: { model: 0, sequence: 0 } }), [2, 0, 1]);
    assert.deepEqual(await shown({ filter: { run: 2 } }), [1, 3]);
    assert.deepEqual(await shown({ filter: { prompt: 1 } }), [1, 1]);
    assert.deepEqual(await shown({ filter: { status: "failed" } }), [1, 1]);
    assert.deepEqual(await shown({ filter: { contains: "needle" } }), [1, 2]);
    assert.deepEqual(await shown({ filter: { contains: "%" } }), [0]);
    assert.deepEqual(await shown({ filter: { hasFailedCheck: true } }), [0]);
    const { rows } = await session.read(listResponses(windowOf()));
    assert.equal(rows[0]?.text.length, 500);
    assert.equal(rows[0].characters, 2000);
    assert.equal(rows[0].score, 3.5);
    assert.equal(rows[2]?.score, undefined);
  });

  it("finds responses with a failed check", async () => {
    await begin();
    const result = (passed: boolean | undefined) => ({ ...check, passed, message: undefined });
    await session.write(
      recordResponses({
        evaluationId: "e",
        owner,
        responses: [
          { response: response([0, 0, 1, 0]), checks: [result(true), result(false)] },
          { response: response([0, 0, 1, 1]), checks: [result(true), result(undefined)] },
        ],
        log: [],
      }),
    );
    const prompts = async (hasFailedCheck: boolean) =>
      (await session.read(listResponses(windowOf({ filter: { hasFailedCheck } })))).rows.map(
        ({ prompt }) => prompt,
      );
    assert.deepEqual(await prompts(true), [0]);
    assert.deepEqual(await prompts(false), [1]);
    const [summary] = await session.read(summarizeModels("e"));
    assert.equal(summary?.checksPassed, 2);
    assert.equal(summary.checksTold, 3);
    const outcomes = await session.read(listOutcomes("e"));
    assert.deepEqual(
      [[...outcomes.checks], [...outcomes.checksTold], [...outcomes.checksPassed]],
      [
        [2, 2],
        [2, 1],
        [1, 1],
      ],
    );
  });

  it("summarizes scores by model, judge and criterion, failures apart", async () => {
    await begin();
    const { responseIds } = await record(
      response([0, 0, 1, 0]),
      response([0, 0, 2, 0]),
      response([1, 0, 1, 0]),
    );
    const [a, b, c] = responseIds as [number, number, number];
    const scores = [
      score(a, "Wit", 1),
      score(a, "Wit", 2, 2),
      score(b, "Wit", 5),
      score(b, "Care", undefined),
      score(c, "Wit", 4),
      { ...score(c, "Wit", 3), scope: "sequence" as const },
    ];
    await session.write(recordScores({ evaluationId: "e", owner, scores, log: [] }));
    const summaries = await session.read(summarizeScores("e"));
    const common = { judge: "org/judge", scope: "response" };
    assert.deepEqual(summaries, [
      {
        ...common,
        model: 0,
        criterion: "Care",
        count: 0,
        failed: 1,
        mean: undefined,
        standardDeviation: undefined,
      },
      {
        ...common,
        model: 0,
        criterion: "Wit",
        count: 3,
        failed: 0,
        mean: 8 / 3,
        standardDeviation: summaries[1]!.standardDeviation,
      },
      { ...common, model: 1, criterion: "Wit", count: 1, failed: 0, mean: 4, standardDeviation: undefined },
      {
        ...common,
        model: 1,
        scope: "sequence",
        criterion: "Wit",
        count: 1,
        failed: 0,
        mean: 3,
        standardDeviation: undefined,
      },
    ]);
    assert.ok(Math.abs(summaries[1]!.standardDeviation! - Math.sqrt(13 / 3)) < 1e-9);

    const columns = await session.read(listScores("e"));
    assert.deepEqual(columns.judgeNames, ["org/judge"]);
    assert.deepEqual(columns.criterionNames, ["Care", "Wit"]);
    assert.deepEqual([...columns.responseIds], [a, a, b, b, c, c]);
    assert.deepEqual([...columns.criteria], [1, 1, 0, 1, 1, 1]);
    assert.deepEqual([...columns.repeats], [1, 2, 1, 1, 1, 1]);
    assert.deepEqual([...columns.scores].slice(0, 4), [1, 2, NaN, 5]);
    assert.deepEqual([...columns.scopes].sort(), [0, 0, 0, 0, 0, 1]);
    const { scores: counts } = (await session.read(evaluations.getEvaluation("e")))!;
    assert.deepEqual(counts, { given: 5, failed: 1 });

    await session.write(recordScores({ evaluationId: "e", owner, scores: [score(a, "Wit", 5)], log: [] }));
    const again = (await session.read(getScores([a]))).map((one) => [one.repeat, one.score]);
    assert.deepEqual(again, [
      [1, 5],
      [2, 2],
    ]);
  });

  it("keeps comparisons in both orders", async () => {
    await begin();
    const { responseIds } = await record(response([0, 0, 1, 0]), response([1, 0, 1, 0]));
    const [firstId, secondId] = responseIds as [number, number];
    const comparison = (isSwapped: boolean, preference: NewComparison["preference"]): NewComparison => ({
      firstId,
      secondId,
      judge: "org/judge",
      criterion: "Wit",
      isSwapped,
      preference,
      justification: undefined,
      rawOutput: "raw",
      error: preference ? undefined : "It refused.",
      createdAt: at,
    });
    const comparisons = [comparison(false, "first"), comparison(true, undefined)];
    await session.write(recordComparisons({ evaluationId: "e", owner, comparisons, log: [] }));
    assert.deepEqual(await session.read(listComparisons("e")), comparisons);
    await session.write(evaluations.deleteEvaluation("e"));
    assert.deepEqual(await session.read(listComparisons("e")), []);
    assert.deepEqual(await session.read(getResponses(responseIds)), []);
  });
});

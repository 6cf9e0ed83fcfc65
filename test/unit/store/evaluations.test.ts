import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import initSqlJs from "sql.js";
import type { NewResponse } from "../../../src/protocol/store-evaluations";
import {
  at,
  beginEvaluation,
  check,
  newEvaluation,
  owner,
  recordAll,
  response,
  score,
  windowOf,
} from "../../fixtures/store/evaluations";
import * as evaluations from "../../../src/store/worker/evaluations/evaluations";
import { appendEvaluationLog, getEvaluationLog } from "../../../src/store/worker/evaluations/log";
import { listResponses } from "../../../src/store/worker/evaluations/response-window";
import { getResponses, listOutcomes, recordResponses } from "../../../src/store/worker/evaluations/responses";
import { getScores, recordScores } from "../../../src/store/worker/evaluations/scores";
import type { StoreSession } from "../../../src/store/worker/session";
import { temporaryFolder, wasmPath } from "../../fixtures/store/folders";
import { sessionPerTest } from "../../fixtures/store/sessions";

describe("evaluations in the store", () => {
  let session: StoreSession;
  const reopen = sessionPerTest((fresh) => (session = fresh));

  const begin = (id?: string) => beginEvaluation(session, id);
  const record = (...responses: NewResponse[]) => recordAll(session, ...responses);

  it("keeps every field of an evaluation and its responses, also after reopening", async () => {
    await session.write(
      evaluations.createEvaluation(newEvaluation("e", { suiteFile: "/ws/a.eval.json", rerunOf: "d" })),
    );
    await session.write(
      evaluations.claimEvaluation({ evaluationId: "e", owner, retryFailed: false, at: at + 1 }),
    );
    const full = response([1, 0, 2, 0], {
      text: "“Überlong” 😀\0\n",
      status: "failed",
      errorCode: "prompt-too-long",
      error: "It is full.",
      stopReason: "context-full",
    });
    const bare = response([0, 0, 1, 0], {
      stopReason: undefined,
      promptTokens: undefined,
      generatedTokens: undefined,
      generationMs: undefined,
      timeToFirstTokenMs: undefined,
      tokensPerSecond: undefined,
      seed: undefined,
    });
    const checks = [
      { ...check, passed: false, actual: "3", message: "It is 3." },
      { ...check, passed: undefined, message: "No model." },
      { ...check, passed: true, message: undefined },
    ];
    const log = [{ at, text: "first" }];
    const { responseIds } = await session.write(
      recordResponses({
        evaluationId: "e",
        owner,
        responses: [
          { response: full, checks },
          { response: bare, checks: [] },
        ],
        log,
      }),
    );
    await session.write(
      evaluations.updateEvaluation("e", owner, {
        status: "completed-with-errors",
        error: "One failed.",
        errorCode: "internal",
        lockfile: '{"version":1}',
        endedAt: at + 9,
      }),
    );
    await reopen();

    assert.deepEqual(await session.read(getResponses([responseIds[1]!, 999, responseIds[0]!])), [
      { errorCode: undefined, error: undefined, ...bare, id: responseIds[1], checks: [] },
      { ...full, id: responseIds[0], checks },
    ]);
    const summary = {
      id: "e",
      name: "Suite e",
      suiteFile: "/ws/a.eval.json",
      configHash: "abc",
      status: "completed-with-errors",
      models: newEvaluation("e").models,
      settings: { temperature: 0, seed: 7 },
      totalResponses: 8,
      responses: { ok: 1, failed: 1, skipped: 0 },
      scores: { given: 0, failed: 0 },
      position: { phase: "responses", model: 0, sequence: 0, run: 1, prompt: 0 },
      error: "One failed.",
      errorCode: "internal",
      rerunOf: "d",
      createdAt: at,
      startedAt: at + 1,
      endedAt: at + 9,
    };
    assert.deepEqual(await session.read(evaluations.listEvaluations), [summary]);
    assert.deepEqual(await session.read(evaluations.getEvaluation("e")), {
      ...summary,
      owner,
      lockfile: '{"version":1}',
    });
    assert.equal(await session.read(evaluations.getEvaluationSuite("e")), '{"version":1}');
    assert.equal(await session.read(evaluations.getEvaluation("nope")), null);
    assert.equal(await session.read(evaluations.getEvaluationSuite("nope")), null);
    assert.deepEqual(await session.read(getEvaluationLog("e", 0, 10)), [{ number: 1, at, text: "first" }]);
  });

  it("refuses a second owner, and what an owner writes that lost the evaluation", async () => {
    await begin();
    const claim = { evaluationId: "e", owner: "other", retryFailed: false, at };
    await assert.rejects(session.write(evaluations.claimEvaluation(claim)), {
      code: "model-busy",
      message: "The evaluation “Suite e” is running already. Wait until it ends, or reset it.",
    });
    await session.write(evaluations.resetEvaluation("e", at + 5));
    const lost = { code: "invalid-input", message: /was reset or is run elsewhere/ };
    await assert.rejects(record(response([0, 0, 1, 0])), lost);
    await assert.rejects(
      session.write(evaluations.updateEvaluation("e", owner, { status: "completed" })),
      lost,
    );
    await session.write(evaluations.claimEvaluation(claim));
    await assert.rejects(record(response([0, 0, 1, 0])), lost);
    const nobody = { code: "invalid-input", message: "This evaluation no longer exists." };
    for (const change of [
      evaluations.claimEvaluation({ ...claim, evaluationId: "nope" }),
      evaluations.updateEvaluation("nope", owner, { status: "failed" }),
      evaluations.resetEvaluation("nope", at),
      evaluations.deleteEvaluation("nope"),
    ]) {
      await assert.rejects(session.write(change), nobody);
    }
    await assert.rejects(session.write(evaluations.createEvaluation(newEvaluation("e"))), {
      code: "invalid-input",
    });
  });

  it("refuses a second response in the same place", async () => {
    await begin();
    await record(response([0, 0, 1, 0]));
    await assert.rejects(record(response([0, 0, 1, 1]), response([0, 0, 1, 0])));
    const outcomes = await session.read(listOutcomes("e"));
    assert.deepEqual([...outcomes.prompts], [0], "nothing of the refused message is there");
  });

  it("calls what ran or waited interrupted once a store is opened after a crash", async () => {
    await begin();
    await session.write(evaluations.createEvaluation(newEvaluation("waiting")));
    await session.write(evaluations.createEvaluation(newEvaluation("done")));
    await session.write(evaluations.updateEvaluation("done", owner, { status: "completed" }));
    await record(response([0, 0, 1, 0]));
    await reopen({ firstChange: evaluations.interruptEvaluations });
    const statuses = (await session.read(evaluations.listEvaluations)).map(({ id, status }) => [id, status]);
    assert.deepEqual(Object.fromEntries(statuses), {
      e: "interrupted",
      waiting: "interrupted",
      done: "completed",
    });
    await session.write(
      evaluations.claimEvaluation({ evaluationId: "e", owner: "next", retryFailed: false, at }),
    );
    assert.equal((await session.read(evaluations.getEvaluation("e")))?.responses.ok, 1);
  });

  it("forgets failed and skipped responses with their scores when they are to be made again", async () => {
    await begin();
    const { responseIds } = await record(
      response([0, 0, 1, 0]),
      response([0, 0, 1, 1], { status: "failed" }),
      response([0, 0, 1, 2], { status: "skipped" }),
    );
    const scores = responseIds.map((id) => score(id, "Wit", 3));
    await session.write(recordScores({ evaluationId: "e", owner, scores, log: [] }));
    await session.write(evaluations.claimEvaluation({ evaluationId: "e", owner, retryFailed: true, at }));
    assert.deepEqual([...(await session.read(listOutcomes("e"))).ids], [responseIds[0]]);
    assert.equal((await session.read(getScores(responseIds))).length, 1);
  });

  it("keeps the log in order over several writers, in pages", async () => {
    await begin();
    const lines = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ at: at + from + index, text: `line ${from + index}` }));
    await Promise.all([
      session.write(appendEvaluationLog("e", lines(0, 3))),
      session.write(
        recordResponses({
          evaluationId: "e",
          owner,
          responses: [{ response: response([0, 0, 1, 0]), checks: [] }],
          log: lines(3, 2),
        }),
      ),
      session.write(appendEvaluationLog("e", [])),
      session.write(appendEvaluationLog("e", lines(5, 2))),
    ]);
    const page = await session.read(getEvaluationLog("e", 2, 3));
    assert.deepEqual(
      page.map(({ number, text }) => `${number} ${text}`),
      ["3 line 2", "4 line 3", "5 line 4"],
    );
    assert.equal((await session.read(getEvaluationLog("e", 0, 100))).length, 7);
  });

  it("hands over a copy that SQLite can read, in one step", async () => {
    await begin();
    await record(response([0, 0, 1, 0]));
    const copies = temporaryFolder();
    const target = path.join(copies, "copy.sqlite");
    writeFileSync(target, "old");
    await session.copyTo(target);
    const sqlite = await initSqlJs({ wasmBinary: new Uint8Array(readFileSync(wasmPath)).buffer });
    const copy = new sqlite.Database(readFileSync(target));
    assert.deepEqual(copy.exec("SELECT sequence, response FROM responses")[0]?.values, [["S0", "Text 0010"]]);
    copy.close();
    assert.deepEqual(readdirSync(copies), ["copy.sqlite"]);
    await assert.rejects(session.copyTo(path.join(copies, "none", "copy.sqlite")), { code: "file-error" });
    await record(response([0, 0, 1, 1]));
  });

  it("takes ten thousand responses in messages of moderate size and lists them at once", async function () {
    this.timeout(60_000);
    await begin();
    for (let start = 0; start < 10_000; start += 200) {
      await record(
        ...Array.from({ length: 200 }, (_, index) => response([0, 0, 1, start + index], { text: "Yes." })),
      );
    }
    const outcomes = await session.read(listOutcomes("e"));
    assert.equal(outcomes.ids.length, 10_000);
    assert.equal(outcomes.prompts.at(-1), 9_999);
    const last = await session.read(listResponses(windowOf({ offset: 9_990 })));
    assert.deepEqual([last.total, last.rows.length], [10_000, 10]);
  });
});

import assert from "node:assert/strict";
import type { EvaluationsState } from "../../../src/protocol/evaluation-view";
import { removeTemporaryFolders } from "../../fixtures/store/folders";
import { connectEvaluations, openEvaluationStore } from "../../support/evaluation-page";
import { sampleOwner, sampleTime, storeSample } from "../../support/evaluation-samples";
import { settle } from "../../support/page-wire";

type Store = Awaited<ReturnType<typeof openEvaluationStore>>;

describe("results of evaluations", () => {
  let store: Store;
  let connected: ReturnType<typeof connectEvaluations>;
  beforeEach(async () => {
    store = await openEvaluationStore();
    connected = connectEvaluations(store);
  });
  afterEach(async () => {
    connected.view.dispose();
    await store.close();
    removeTemporaryFolders();
  });
  const { request } = {
    request: ((...args) => connected.client.request(...args)) as typeof connected.client.request,
  };

  it("lists what became of each evaluation, the newest first", async () => {
    await storeSample(store, { id: "old" });
    await storeSample(store, { id: "new", createdAt: sampleTime + 1000, mostResponses: 7, isJudged: false });
    const { evaluations } = await request("ready", null);
    assert.deepEqual(
      evaluations.map(({ id, status, total, ok, failed, skipped, score }) => [
        id,
        status,
        total,
        ok,
        failed,
        skipped,
        score === null,
      ]),
      [
        ["new", "interrupted", 60, 7, 0, 0, true],
        ["old", "completed-with-errors", 60, 59, 1, 0, false],
      ],
    );
    const [, old] = evaluations;
    const responses = await store.request("listOutcomes", { evaluationId: "old" });
    assert.equal(
      old!.checksPassed,
      responses.checksPassed.reduce((sum, count) => sum + count, 0),
    );
    const { scores } = await store.request("listScores", { evaluationId: "old" });
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    assert.ok(Math.abs((old!.score ?? 0) - mean) < 1e-9);
    assert.equal(old!.hasLockfile, true);
  });

  it("counts a revision up when something is stored, and only then", async () => {
    await storeSample(store, { id: "a", mostResponses: 5 });
    const revision = async () => (await request("ready", null)).evaluations[0]!.revision;
    const before = await revision();
    assert.equal(await revision(), before);
    await store.request("claimEvaluation", {
      evaluationId: "a",
      owner: sampleOwner,
      retryFailed: false,
      at: 1,
    });
    const after = await revision();
    assert.ok(after > before);
    // Scores that replace others change no count.
    connected.ended.fire({ evaluationId: "a", status: "completed", error: undefined });
    await settle();
    assert.ok((await revision()) > after);
  });

  it("tells the page what is done while it is done, and nothing while nobody looks", async () => {
    await storeSample(store, { id: "a", mostResponses: 5 });
    const { view, runner, changed } = connected;
    const told: EvaluationsState[] = [];
    view.onDidChange((state) => told.push(state));
    const nextState = () =>
      new Promise<void>((resolve) => {
        const subscription = view.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
    const progress = { phase: "responses" as const, model: 1, done: 3, total: 60, failed: 1 };
    runner.active = [{ evaluationId: "a", name: "A", state: "running", progress }];
    const first = nextState();
    changed.fire(runner.active);
    changed.fire(runner.active);
    await first;
    await settle();
    assert.equal(told.length, 1);
    assert.deepEqual(told[0]!.evaluations[0]!.activity, {
      state: "running",
      phase: "responses",
      modelName: "Demo Chat Plus Q4_0",
      done: 3,
      total: 60,
      failed: 1,
    });
    view.pause();
    changed.fire(runner.active);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(told.length, 1);
    const next = nextState();
    view.resume();
    await next;
    assert.equal(told.length, 2);
  });

  it("gives rows of the table with their scores, checks and a judge's reason", async () => {
    await storeSample(store, { id: "a" });
    const window = { evaluationId: "a", sort: "position" as const, isDescending: false, limit: 10 };
    const first = await request("responses", { ...window, filter: {}, offset: 0 });
    assert.equal(first.total, 60);
    assert.equal(first.lines.length, 10);
    const [line] = first.lines;
    assert.equal(line!.promptName, "Premise");
    assert.match(line!.text, /^Premise It begins at the /);
    assert.match(line!.justification ?? "", /^[A-Z][a-z ]+: The sound of promises/);
    assert.equal(line!.checks, 2);
    const failed = await request("responses", { ...window, filter: { status: "failed" }, offset: 0 });
    assert.deepEqual(
      failed.lines.map(({ error, score, justification, generatedTokens, text }) => [
        error,
        score,
        justification,
        generatedTokens,
        text,
      ]),
      [["The conversation does not fit into the context.", null, null, null, ""]],
    );
  });

  it("gives one response whole, and nothing for one that is gone", async () => {
    await storeSample(store, { id: "a" });
    const { lines } = await request("responses", {
      evaluationId: "a",
      filter: {},
      sort: "position",
      isDescending: false,
      offset: 1,
      limit: 1,
    });
    const details = await request("response", { responseId: lines[0]!.id });
    assert.equal(details?.sequenceName, "Film");
    assert.match(details.text, /^## Turning point\n\nIt begins/);
    assert.equal(details.scores.length, 14);
    assert.deepEqual(
      details.checks.map(({ expected }) => expected),
      ["contains “bell”", "matches /title/i"],
    );
    assert.equal(await request("response", { responseId: 99_999 }), null);
    assert.equal(await request("outline", { evaluationId: "nope" }), null);
  });

  it("estimates by model and criterion, over prompts", async () => {
    await storeSample(store, { id: "a", meanScores: [4.4, 2] });
    await request("ready", null);
    const statistics = await request("statistics", { evaluationId: "a" });
    assert.deepEqual(statistics.criteria.slice(0, 2), ["Creativity", "Coherence"]);
    assert.deepEqual(
      statistics.models.map(({ name, ok, failed }) => [name, ok, failed]),
      [
        ["Demo Chat Plus F16", 30, 0],
        ["Demo Chat Plus Q4_0", 29, 1],
      ],
    );
    for (const { score, scores, tokensPerSecond } of statistics.models) {
      for (const each of [score, ...scores, tokensPerSecond]) {
        assert.ok(each && each.low! <= each.mean && each.mean <= each.high! && each.low! < each.high!);
      }
    }
    const [better, worse] = statistics.models;
    assert.ok(better!.score!.low! > worse!.score!.high!);
    assert.equal(better!.scores[0]!.count, 60);
    const [consistency] = statistics.consistency;
    assert.equal(consistency!.groups, 59 * 7);
    assert.ok(consistency!.exactAgreement > 0.2 && consistency!.exactAgreement < 1);
  });

  it("has figures for an evaluation without any response", async () => {
    await storeSample(store, { id: "a", mostResponses: 0, isJudged: false });
    const statistics = await request("statistics", { evaluationId: "a" });
    assert.deepEqual(
      statistics.models.map(({ ok, score, scores, tokensPerSecond, generationMs }) => [
        ok,
        score,
        scores,
        tokensPerSecond,
        generationMs,
      ]),
      [
        [0, null, [], null, null],
        [0, null, [], null, null],
      ],
    );
  });

  it("reads what both wrote to one prompt, with what differs", async () => {
    await storeSample(store, { id: "a" });
    const place = { sequence: "Film", prompt: "Premise" };
    const sides = {
      first: { evaluationId: "a", model: 0, run: 1 },
      second: { evaluationId: "a", model: 1, run: 2 },
    };
    const reading = await request("read", { ...sides, place });
    const joined = (side: "first" | "second") =>
      reading
        .parts!.filter((part) => part.side === "both" || part.side === side)
        .map(({ text }) => text)
        .join("");
    assert.equal(joined("first"), reading.first!.text);
    assert.equal(joined("second"), reading.second!.text);
    assert.ok(reading.parts!.some(({ side, text }) => side === "first" && text.includes("Mara")));
    const missing = await request("read", { ...sides, place: { sequence: "Film", prompt: "Nothing" } });
    assert.deepEqual(missing, { first: null, second: null, parts: null });
  });
});

import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import initSqlJs, { type SqlJsStatic } from "sql.js";
import * as vscode from "vscode";
import type { LocalModelsApi } from "../../src/vscode/api";
import { activateExtension, extensionId, until } from "../support/in-vscode";

const modelId = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";

describe("evaluation inside VS Code", () => {
  let api: LocalModelsApi;
  let folder: string;
  let sql: SqlJsStatic;

  before(async () => {
    api = await activateExtension();
    folder = path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, "evaluations", "tested");
    await mkdir(folder, { recursive: true });
    const dist = path.join(vscode.extensions.getExtension(extensionId)!.extensionPath, "dist");
    const wasmBinary = await readFile(path.join(dist, "sql-wasm.wasm"));
    sql = await initSqlJs({ wasmBinary: new Uint8Array(wasmBinary).buffer });
    await until(() => api.models().length > 0, "the demo workspace's models to be found");
  });

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("localModels.stopAll");
    await rm(folder, { recursive: true });
  });

  describe("a suite in an editor", () => {
    it("has its problems underlined where they are, in JSON as in YAML", async () => {
      const json = await write("bad.eval.json", [
        "{",
        '  "name": "Bad",',
        '  "settings": { "temperature": 9 },',
        '  "sequences": [{ "name": "One", "prompts": [{ "name": "A", "prompt": "" }] }]',
        "}",
      ]);
      const yaml = await write("bad.eval.yaml", [
        "name: Bad",
        "settings: { num_runs: none }",
        "sequences:",
        "  - name: One",
        "    prompts:",
        "      - { name: A, prompt: Hello }",
        "      - { name: A, prompt: Again }",
      ]);
      assert.deepEqual(await problemsOf(json, 2), ["3:32-3:33", "4:71-4:73"]);
      assert.deepEqual(await problemsOf(yaml, 2), ["2:23-2:27", "7:17-7:18"]);
      await vscode.workspace.fs.delete(json);
      await vscode.workspace.fs.delete(yaml);
      assert.deepEqual(await problemsOf(json, 0), []);
      assert.deepEqual(await problemsOf(yaml, 0), []);
    });

    it("has the problem of a text that is not saved, and none once it is put right", async () => {
      const uri = await write("typed.eval.json", ['{ "name": "Typed", "sequences": [] }']);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      assert.deepEqual(await problemsOf(uri, 1), ["1:33-1:35"]);
      const edit = new vscode.WorkspaceEdit();
      const sequence = JSON.stringify({ name: "One", prompts: [{ name: "A", prompt: "Hello" }] });
      edit.insert(uri, new vscode.Position(0, 33), sequence);
      await vscode.workspace.applyEdit(edit);
      assert.ok(document.isDirty);
      assert.deepEqual(await problemsOf(uri, 0), []);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    });

    it("has no problem underlined twice, and those that the schema does not know as well", async () => {
      const uri = await write("twice.eval.json", [
        "{",
        '  "name": "Twice",',
        '  "models": ["local-models/nowhere/a.gguf"],',
        '  "settings": { "num_runs": 0, "tempature": 1 },',
        '  "sequences": [',
        '    { "name": "One", "prompts": [{ "name": "A", "prompt": "Hi", "checks": [{ "regex": "(" }] }] },',
        '    { "name": "One", "prompts": [{ "name": "A", "prompt": "" }] }',
        "  ],",
        '  "judge": { "per": "sequence" }',
        "}",
      ]);
      // Nobody but the suite's reader looks at a file that is not open.
      assert.equal((await problemsOf(uri, 7)).length, 7);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const sources = () =>
        vscode.languages
          .getDiagnostics(uri)
          .map(({ range: { start }, source }) => `${start.line + 1} ${source ?? "schema"}`)
          .sort();
      const expected = [
        "3 Local Models",
        "4 schema",
        "4 schema",
        "6 Local Models",
        "7 Local Models",
        "7 schema",
        "9 schema",
      ];
      await until(() => JSON.stringify(sources()) === JSON.stringify(expected), `not ${expected.join()}`);
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      await until(
        () => sources().filter((source) => source.endsWith("Local Models")).length === 7,
        "all again",
      );
      await vscode.workspace.fs.delete(uri);
      assert.deepEqual(await problemsOf(uri, 0), []);
    });

    it("has a place that is no JSON underlined once", async () => {
      const uri = await write("broken.eval.json", ["{", '  "name": "Broken" "sequences": []', "}"]);
      assert.deepEqual(await problemsOf(uri, 1), ["2:20-2:21"]);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      await until(
        () => vscode.languages.getDiagnostics(uri).every(({ source }) => source !== "Local Models"),
        "the JSON service to underline it",
      );
      assert.ok(vscode.languages.getDiagnostics(uri).some(({ range }) => range.start.line === 1));
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      await vscode.workspace.fs.delete(uri);
    });

    it("has the problems of its data file in that file, until it is put right there", async () => {
      const data = await write("rows.jsonl", ['{"question": "One?"}', '{"question": }']);
      await write("data.eval.yaml", [
        "name: Data",
        "sequences:",
        "  - name: Rows",
        '    prompts_from: { file: rows.jsonl, prompt: "{{question}}" }',
      ]);
      assert.deepEqual(await problemsOf(data, 1), ["2:14-2:14"]);
      await write("rows.jsonl", ['{"question": "One?"}']);
      assert.deepEqual(await problemsOf(data, 0), []);
    });

    it("can be run as a whole, by sequence and by prompt", async () => {
      const uri = await write("lenses.eval.json", [suite("Lenses", { runs: 1, prompts: sums(2) })]);
      await vscode.window.showTextDocument(uri);
      assert.deepEqual(await lensesOf(uri), [
        { title: "$(play)\u00a0Run Suite", arguments: [{ file: uri.fsPath }] },
        { title: "$(play)\u00a0Run Sequence", arguments: [{ file: uri.fsPath, sequence: "Sums" }] },
        {
          title: "$(play)\u00a0Run Prompt",
          arguments: [{ file: uri.fsPath, sequence: "Sums", prompt: "Sum 0" }],
        },
        {
          title: "$(play)\u00a0Run Prompt",
          arguments: [{ file: uri.fsPath, sequence: "Sums", prompt: "Sum 1" }],
        },
      ]);
    });
  });

  it("takes a suite of ten thousand prompts", async () => {
    const uri = await write("huge.eval.json", [suite("Huge", { runs: 1, prompts: sums(10_000) })]);
    await vscode.window.showTextDocument(uri);
    const lenses = await lensesOf(uri);
    assert.equal(lenses.length, 10_002);
    assert.deepEqual(await problemsOf(uri, 0), []);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await vscode.workspace.fs.delete(uri);
  });

  describe("a run", () => {
    it("stores every response with its checks, and offers its results", async () => {
      const uri = await write("run.eval.json", [suite("Run", { runs: 2, prompts: sums(3) })]);
      const id = await run(uri);
      assert.equal(await untilEnded(id), "completed");
      assert.deepEqual(
        await query(
          `SELECT run, prompt_name, status FROM responses WHERE evaluation_id = '${id}' ORDER BY run, prompt_index`,
        ),
        [
          [1, "Sum 0", "ok"],
          [1, "Sum 1", "ok"],
          [1, "Sum 2", "ok"],
          [2, "Sum 0", "ok"],
          [2, "Sum 1", "ok"],
          [2, "Sum 2", "ok"],
        ],
      );
      assert.deepEqual(
        await query(
          `SELECT DISTINCT passed FROM checks JOIN responses ON response_id = id WHERE evaluation_id = '${id}'`,
        ),
        [[1]],
      );
      await vscode.window.showTextDocument(uri);
      const titles = (await lensesOf(uri, (lenses) => lenses.length > 5)).map(({ title }) => title);
      assert.deepEqual(titles.slice(0, 2), ["$(play)\u00a0Run Suite", "Show Results"]);
    });

    it("of one prompt asks what comes before it, and nothing else", async () => {
      const uri = await write("part.eval.json", [suite("Part", { runs: 1, prompts: sums(3) })]);
      const id = await vscode.commands.executeCommand<string>("localModels.runEvaluation", {
        file: uri.fsPath,
        sequence: "Sums",
        prompt: "Sum 1",
      });
      assert.equal(await untilEnded(id), "completed");
      assert.deepEqual(
        await query(`SELECT prompt_name FROM responses WHERE evaluation_id = '${id}' ORDER BY id`),
        [["Sum 0"], ["Sum 1"]],
      );
    });

    it("stays cancelled, and goes on where it was when it is resumed", async () => {
      const uri = await write("long.eval.json", [suite("Long", { runs: 30, prompts: sums(3) })]);
      const id = await run(uri);
      await untilTrue(async () => (await countResponses(id)) > 0, "the first response");
      await vscode.commands.executeCommand("localModels.cancelEvaluation", id);
      const cancelled = await countResponses(id);
      assert.equal(await statusOf(id), "cancelled");
      assert.ok(cancelled < 90, `${cancelled} responses`);
      await sleep(500);
      assert.equal(await countResponses(id), cancelled);
      assert.equal(await statusOf(id), "cancelled");
      await vscode.commands.executeCommand("localModels.resumeEvaluation", id);
      await untilTrue(async () => (await statusOf(id)) === "completed", "the resumed evaluation to end");
      assert.equal(await countResponses(id), 90);
    });

    it("says where a suite is wrong instead of running it", async () => {
      const uri = await write("wrong.eval.json", ['{ "name": "Wrong" }']);
      const before = await query("SELECT count(*) FROM evaluations");
      assert.equal(await vscode.commands.executeCommand("localModels.runEvaluation", uri), undefined);
      assert.deepEqual(await query("SELECT count(*) FROM evaluations"), before);
    });
  });

  it("runs the prompts with checks of a file from the Testing view", async () => {
    const prompts = [...sums(2), { name: "Free", prompt: "Tell me a joke." }];
    const uri = await write("tested.eval.json", [suite("Tested", { runs: 1, prompts })]);
    await vscode.window.showTextDocument(uri);
    await untilTrue(async () => {
      await vscode.commands.executeCommand("testing.runCurrentFile");
      return (await query("SELECT count(*) FROM evaluations WHERE name LIKE 'Tested%'"))[0]?.[0] === 1;
    }, "an evaluation that the Testing view began");
    const [[id]] = (await query("SELECT id FROM evaluations WHERE name LIKE 'Tested%'")) as [[string]];
    assert.equal(await untilEnded(id), "completed");
    assert.deepEqual(
      await query(`SELECT prompt_name FROM responses WHERE evaluation_id = '${id}' ORDER BY prompt_index`),
      [["Sum 0"], ["Sum 1"]],
    );
  });

  it("ends an evaluation that is cancelled in the Testing view", async () => {
    const uri = await write("ended.eval.json", [suite("Ended", { runs: 60, prompts: sums(3) })]);
    await vscode.window.showTextDocument(uri);
    const find = () => query("SELECT id FROM evaluations WHERE name = 'Ended'");
    await untilTrue(async () => {
      void vscode.commands.executeCommand("testing.runCurrentFile");
      await sleep(1_000);
      return (await find()).length > 0;
    }, "an evaluation that the Testing view began");
    const [[id]] = (await find()) as [[string]];
    await untilTrue(async () => (await countResponses(id)) > 0, "the first response");
    await vscode.commands.executeCommand("testing.cancelRun");
    assert.equal(await untilEnded(id), "cancelled");
    assert.ok((await countResponses(id)) < 180);
  });

  async function write(name: string, lines: string[]): Promise<vscode.Uri> {
    const file = path.join(folder, name);
    await writeFile(file, lines.join("\n"));
    return vscode.Uri.file(file);
  }

  async function run(uri: vscode.Uri): Promise<string> {
    const id = await vscode.commands.executeCommand<string | undefined>("localModels.runEvaluation", uri);
    assert.ok(id, "The evaluation was not begun.");
    return id;
  }

  async function untilEnded(id: string): Promise<string> {
    await untilTrue(async () => !["queued", "running"].includes(await statusOf(id)), "the evaluation to end");
    return statusOf(id);
  }

  async function statusOf(id: string): Promise<string> {
    return String((await query(`SELECT status FROM evaluations WHERE id = '${id}'`))[0]?.[0]);
  }

  async function countResponses(id: string): Promise<number> {
    return Number((await query(`SELECT count(*) FROM responses WHERE evaluation_id = '${id}'`))[0]?.[0]);
  }

  /** Asks the copy that *Open Database* hands over. */
  async function query(statement: string): Promise<unknown[][]> {
    const file = path.join(folder, "copy.sqlite");
    await vscode.commands.executeCommand("localModels.openDatabase", vscode.Uri.file(file));
    const database = new sql.Database(await readFile(file));
    try {
      return database.exec(statement)[0]?.values ?? [];
    } finally {
      database.close();
    }
  }
});

interface SuitePrompt {
  name: string;
  prompt: string;
  checks?: unknown[];
}

function sums(count: number): SuitePrompt[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `Sum ${index}`,
    prompt: `What is ${index + 2} + 5?`,
    checks: [{ numeric: { value: index + 7, tolerance: 0 } }],
  }));
}

function suite(name: string, { runs, prompts }: { runs: number; prompts: SuitePrompt[] }): string {
  const settings = { temperature: 0, max_tokens: 40, num_runs: runs, seed: 42 };
  return JSON.stringify(
    { name, models: [modelId], settings, sequences: [{ name: "Sums", prompts }] },
    null,
    2,
  );
}

/** Places of the problems that anybody found, from the top, as soon as there are so many. */
async function problemsOf(uri: vscode.Uri, count: number): Promise<string[]> {
  const own = () => vscode.languages.getDiagnostics(uri);
  try {
    await until(() => own().length === count, `${count} problems in ${uri.path}`);
  } catch (error) {
    const found = own().map(({ message, source }) => `${source ?? "schema"}: ${message}`);
    throw new Error(`${String(error)}\nThere are ${found.length}:\n${found.join("\n")}`, { cause: error });
  }
  return own()
    .map(({ range: { start, end } }) =>
      [start, end].map(({ line, character }) => `${line + 1}:${character + 1}`),
    )
    .map((places) => places.join("-"))
    .sort();
}

async function lensesOf(
  uri: vscode.Uri,
  isWanted: (lenses: vscode.CodeLens[]) => boolean = (lenses) => lenses.length > 0,
): Promise<{ title: string; arguments: unknown[] }[]> {
  let lenses: vscode.CodeLens[] = [];
  await untilTrue(async () => {
    lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri, 100);
    return isWanted(lenses);
  }, "code lenses");
  return lenses.map(({ command }) => ({ title: command!.title, arguments: command!.arguments ?? [] }));
}

async function untilTrue(condition: () => Promise<boolean>, what: string, withinMs = 50_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `Waited ${withinMs} ms in vain for ${what}.`);
    await sleep(100);
  }
}

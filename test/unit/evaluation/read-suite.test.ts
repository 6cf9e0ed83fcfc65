import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseCsv } from "../../../src/evaluation/data/csv-text";
import { readSuite, readSuiteFile } from "../../../src/evaluation/suite/read-suite";
import type { Check, SuiteReading } from "../../../src/evaluation/suite/suite";
import { shown, suiteWith } from "./suite-samples";

describe("prompts from data files", () => {
  let scratch: string;
  let workspace: string;
  let suiteFile: string;

  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), "suite-"));
    workspace = path.join(scratch, "workspace");
    suiteFile = path.join(workspace, "evaluations", "a.eval.json");
    mkdirSync(path.join(workspace, "evaluations", "data"), { recursive: true });
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  function write(name: string, text: string | Uint8Array): void {
    writeFileSync(path.join(workspace, "evaluations", name), text);
  }

  function read(promptsFrom: object, members: object = {}): Promise<SuiteReading> {
    const text = suiteWith({ sequences: [{ name: "S", prompts_from: promptsFrom, ...members }] });
    return readSuite({ file: suiteFile, text }, { workspaceFolder: workspace });
  }

  async function promptsOf(promptsFrom: object, members?: object) {
    const { suite, problems } = await read(promptsFrom, members);
    assert.deepEqual(problems.map(shown), []);
    return suite!.sequences[0]!;
  }

  async function problemsOf(promptsFrom: object, members?: object): Promise<string[]> {
    const { suite, problems } = await read(promptsFrom, members);
    assert.equal(suite, undefined);
    return problems.map((problem) => `${path.basename(problem.file)} ${shown(problem)}`);
  }

  it("makes one prompt of each row of a CSV file", async () => {
    write(
      "data/a.csv",
      '\uFEFFid,question,answer\r\na,"What, then?",3\r\nb,"Say ""x""\nnow",-1.5\r\n\r\na,Why?,x\r\n',
    );
    const { independent, prompts } = await promptsOf({
      file: "data/a.csv",
      name: "{{id}}",
      prompt: "{{ row }}: {{question}}",
      checks: [{ contains: "{{answer}}" }, { equals: "fixed" }],
    });
    assert.equal(independent, true);
    assert.deepEqual(
      prompts.map(({ name, text }) => [name, text]),
      [
        ["a", "1: What, then?"],
        ["b", '2: Say "x"\nnow'],
        ["a (2)", "3: Why?"],
      ],
    );
    assert.deepEqual(prompts[1]!.checks, [
      { kind: "contains", text: "-1.5", ignoreCase: false },
      { kind: "equals", text: "fixed", ignoreCase: false },
    ]);
  });

  it("fills numbers and JSON schemas from JSONL", async () => {
    write("a.jsonl", '{"q": "Sum?", "n": 13, "t": {"a": [1]}}\n\n{"q": "Other", "n": "1e3", "t": null}\n');
    const { prompts } = await promptsOf({
      file: "a.jsonl",
      prompt: "{{q}} {{t}}",
      checks: [
        { numeric: { value: "{{n}}", tolerance: 0.5 } },
        { json_schema: { properties: { answer: { const: "{{n}}" } }, required: ["answer"] } },
        { similarity: { text: "{{n}}", at_least: 0.5 } },
      ],
    });
    assert.deepEqual(
      prompts.map(({ name, text }) => [name, text]),
      [
        ["1", 'Sum? {"a":[1]}'],
        ["2", "Other "],
      ],
    );
    const expected: Check[] = [
      { kind: "numeric", value: 13, tolerance: 0.5 },
      { kind: "json_schema", schema: { properties: { answer: { const: 13 } }, required: ["answer"] } },
      { kind: "similarity", text: "13", atLeast: 0.5 },
    ];
    assert.deepEqual(prompts[0]!.checks, expected);
    assert.deepEqual(prompts[1]!.checks[0], { kind: "numeric", value: 1000, tolerance: 0.5 });
  });

  it("lets a column be called context, and otherwise keeps {{context}}", async () => {
    write("a.csv", "context,q\nBefore,Now\n");
    assert.equal(
      (await promptsOf({ file: "a.csv", prompt: "{{context}} {{q}}" })).prompts[0]!.text,
      "Before Now",
    );
    write("a.csv", "q\nNow\n");
    const chained = await promptsOf({ file: "a.csv", prompt: "{{context}} {{q}}" }, { independent: false });
    assert.equal(chained.prompts[0]!.text, "{{context}} Now");
    assert.match(
      (await problemsOf({ file: "a.csv", prompt: "{{context}} {{q}}" })).join(),
      /a\.csv 2:1 .*independent/,
    );
  });

  it("reports a template that names no column in the suite, once", async () => {
    write("a.csv", "question,answer\nx,y\nz,w\n");
    assert.deepEqual(
      await problemsOf({
        file: "a.csv",
        prompt: "{{qestion}}",
        name: "{{xyz}}",
        checks: [{ equals: "{{Answer}}" }],
      }),
      [
        "a.eval.json 1:78 The data have no column “qestion”. Did you mean “question”?",
        "a.eval.json 1:99 The data have no column “xyz”. They have: question, answer.",
        "a.eval.json 1:129 The data have no column “Answer”. Did you mean “answer”?",
      ],
    );
  });

  it("reports what is wrong with a row in the data file, with its line", async () => {
    write("a.jsonl", '{"q": "x", "n": 1}\n\n{"q": ""}\n{"q": "y", "n": "three"}\n');
    assert.deepEqual(
      await problemsOf({ file: "a.jsonl", prompt: "{{q}}", checks: [{ numeric: { value: "{{n}}" } }] }),
      [
        "a.jsonl 3:1 The prompt of this row is empty.",
        "a.jsonl 3:1 This row has no “n”.",
        "a.jsonl 4:1 “value” must be a number.",
      ],
    );
    const cases: [name: string, text: string | Uint8Array, expected: RegExp][] = [
      [
        "b.jsonl",
        '{"q": 1}\n{"q": }\n[1]\n',
        /b\.jsonl 2:7 Not valid JSON.*b\.jsonl 3:1 A row must be an object/,
      ],
      ["b.jsonl", "", /b\.jsonl 1:1 The file has no rows/],
      ["b.csv", "q\n", /b\.csv 1:1 The file has no rows/],
      ["b.csv", "q,r\n1,2\n1\n1,2,3\n", /b\.csv 3:1 This row has 1 fields.*b\.csv 4:1 This row has 3 fields/],
      ["b.csv", 'q\nx\n"open\n', /b\.csv 3:1 .*not closed/],
      ["b.csv", 'q\n"a"b\n', /b\.csv 2:1 Text follows a closing quotation mark/],
      ["b.csv", "q,q\n1,2\n", /b\.csv 1:1 Two columns are called “q”/],
      ["b.csv", new Uint8Array([0x71, 0x0a, 0xff, 0xfe]), /a\.eval\.json 1:\d+ “b\.csv” is not in UTF-8/],
    ];
    for (const [name, text, expected] of cases) {
      write(name, text);
      assert.match((await problemsOf({ file: name, prompt: "{{q}}" })).join(" "), expected, String(text));
    }
  });

  it("reads no file outside the workspace, by whatever path", async () => {
    writeFileSync(path.join(scratch, "secret.csv"), "q\nsecret\n");
    symlinkSync(path.join(scratch, "secret.csv"), path.join(workspace, "evaluations", "link.csv"));
    symlinkSync(scratch, path.join(workspace, "folder"));
    const outside = [
      "../../secret.csv",
      path.join(scratch, "secret.csv"),
      "link.csv",
      "../folder/secret.csv",
      "a\0.csv",
    ];
    for (const name of outside) {
      assert.match(
        (await problemsOf({ file: name, prompt: "{{q}}" })).join(),
        /must lie in the workspace folder/,
        name,
      );
    }
    assert.match(
      (await problemsOf({ file: "none.csv", prompt: "{{q}}" })).join(),
      /“none\.csv” is not there/,
    );
    mkdirSync(path.join(workspace, "evaluations", "folder.csv"));
    assert.match(
      (await problemsOf({ file: "folder.csv", prompt: "{{q}}" })).join(),
      /“folder\.csv” is not a file/,
    );
    write("data/in.csv", "q\nx\n");
    symlinkSync(path.join(workspace, "evaluations", "data", "in.csv"), path.join(workspace, "inside.csv"));
    assert.equal((await promptsOf({ file: "../inside.csv", prompt: "{{q}}" })).prompts.length, 1);
  });

  it("reads ten thousand rows", async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `${n},"Question ${n}, please?",${n % 7}`);
    write("a.csv", `id,q,n\n${rows.join("\n")}`);
    const { prompts } = await promptsOf({
      file: "a.csv",
      prompt: "{{q}}",
      checks: [{ numeric: { value: "{{n}}" } }],
    });
    assert.equal(prompts.length, 10_000);
    assert.deepEqual(prompts[9999], {
      name: "10000",
      text: "Question 9999, please?",
      checks: [{ kind: "numeric", value: 9999 % 7, tolerance: 0 }],
    });
  });

  it("reads a suite from its file, or says why not", async () => {
    const scope = { workspaceFolder: workspace };
    writeFileSync(suiteFile, `\uFEFF${suiteWith({})}`);
    assert.equal((await readSuiteFile(suiteFile, scope)).suite?.name, "A");
    const missing = await readSuiteFile(`${suiteFile}x`, scope);
    assert.deepEqual(missing.problems.map(shown), ["1:1 “a.eval.jsonx” is not there."]);
    writeFileSync(suiteFile, new Uint8Array([0xff, 0x00]));
    assert.match((await readSuiteFile(suiteFile, scope)).problems.map(shown).join(), /is not in UTF-8/);
  });
});

describe("reading CSV", () => {
  const fields = (text: string) => parseCsv(text).map((record) => record.fields);

  it("follows RFC 4180, and takes semicolons and tabs as well", () => {
    assert.deepEqual(fields('a,b\r\n"x, ""y""\r\nz",\r\n'), [
      ["a", "b"],
      ['x, "y"\r\nz', ""],
    ]);
    assert.deepEqual(fields("a;b\n1,5;2\n"), [
      ["a", "b"],
      ["1,5", "2"],
    ]);
    assert.deepEqual(fields("a\tb\r1\t2"), [
      ["a", "b"],
      ["1", "2"],
    ]);
    assert.deepEqual(fields('a"b,c\n'), [['a"b', "c"]]);
    assert.deepEqual(fields('"a;b",c\n'), [["a;b", "c"]]);
    assert.deepEqual(fields(""), []);
  });

  it("knows the line of each record, also after texts of several lines", () => {
    const lines = parseCsv('a\n"x\ny"\n\nz\n').map(({ line }) => line);
    assert.deepEqual(lines, [1, 2, 5]);
  });
});

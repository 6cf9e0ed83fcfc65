import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { prepareDemoWorkspace } from "../../scripts/lib/demo-workspace.mjs";
import { decodeWav } from "../../src/engine-process/audio/wav";
import { readCatalogue } from "../../src/library/catalogue";
import { scanDownloaded } from "../../src/library/downloaded";

const root = path.resolve(__dirname, "../..");
const workspace = path.join(root, "demo-workspace");

/** Files of a folder of the workspace and its sub-folders, relative to the workspace and with slashes. */
function filesIn(folder: string, from = workspace): string[] {
  return readdirSync(path.join(from, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(from, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function textOf(file: string): string {
  return readFileSync(path.join(workspace, file), "utf8");
}

/** Where the relative links and pictures of a Markdown file lead, relative to the workspace. */
function linksOf(file: string): string[] {
  const prose = textOf(file).replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\((?:<([^>\n]+)>|([^)\s]+))\)/g)].map(
    ([, angled, plain]) => angled ?? decodeURI(plain!),
  );
  return targets
    .filter((target) => !/^(?:[a-z]+:|#)/i.test(target))
    .map((target) => path.posix.join(path.posix.dirname(file), target.replace(/#.*/, "")));
}

describe("the demo workspace", () => {
  const ownFiles = filesIn(".").filter((file) => !file.startsWith("models/"));
  const markdown = ownFiles.filter((file) => file.endsWith(".md"));
  const pictures = filesIn("pictures").filter((file) => !file.endsWith(".md"));
  const texts = filesIn("texts");

  it("links only to what is there, also when it is opened elsewhere", () => {
    const links = markdown.flatMap((file) => linksOf(file).map((target) => ({ file, target })));
    assert.ok(links.length >= 30, `only ${links.length} links found`);
    const outside = links.filter(({ target }) => target.startsWith(".."));
    assert.deepEqual(outside, []);
    const broken = links.filter(({ target }) => !existsSync(path.join(workspace, target)));
    assert.deepEqual(broken, []);
  });

  it("has pictures of several formats and sizes, each what its name says", async () => {
    assert.ok(pictures.length >= 300, `${pictures.length} pictures`);
    const formats = new Set<string>();
    const sizes = new Set<string>();
    for (const file of pictures) {
      const { format, width, height } = await sharp(path.join(workspace, file)).metadata();
      assert.equal(path.extname(file).slice(1).replace("jpg", "jpeg"), format, file);
      formats.add(format);
      sizes.add(`${width} × ${height}`);
    }
    assert.ok(formats.size >= 4, [...formats].join());
    assert.ok(sizes.size >= 4, [...sizes].join());
  });

  it("has recordings that can be heard, and says of each what is said", () => {
    const recordings = filesIn("recordings").filter((file) => !file.endsWith(".md"));
    assert.ok(recordings.length >= 5);
    assert.deepEqual(linksOf("recordings/README.md").sort(), recordings);
    for (const file of recordings) {
      const { samples, sampleRate } = decodeWav(readFileSync(path.join(workspace, file)), file);
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      assert.ok(samples.length / sampleRate > 1 && loudest > 0.1, file);
    }
  });

  it("has short texts, some of which show pictures, and leaves pictures that none shows", () => {
    assert.ok(texts.length >= 12 && texts.length <= 20, `${texts.length} texts`);
    for (const file of texts) {
      const words = textOf(file).split(/\s+/).filter(Boolean).length;
      assert.ok(words >= 60 && words <= 250, `${file}: ${words} words`);
    }
    const linked = texts.filter((file) => file.endsWith(".md")).flatMap(linksOf);
    const shown = new Set(linked.filter((file) => file.startsWith("pictures/")));
    assert.ok(shown.size >= 10 && shown.size < pictures.length / 2, `${shown.size} pictures shown`);
  });

  it("arrives whole where it is opened, and what a person changed there stays", async () => {
    const scratch = mkdtempSync(path.join(tmpdir(), "demo-workspace-"));
    const [source, target] = [path.join(scratch, "committed"), path.join(scratch, "opened")];
    const write = (folder: string, file: string, text: string) => {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    };
    try {
      write(source, "README.md", "ours");
      write(source, "texts/old.md", "ours");
      assert.equal((await prepareDemoWorkspace({ source, target })).added, 2);
      write(target, "README.md", "changed");
      write(source, "evaluations/new/demo.eval.json", "{}");
      rmSync(path.join(target, "texts/old.md"));
      assert.equal((await prepareDemoWorkspace({ source, target })).added, 2);
      assert.deepEqual(filesIn(".", target), filesIn(".", source));
      assert.equal(readFileSync(path.join(target, "README.md"), "utf8"), "changed");
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});

interface Suite {
  version: number;
  models: string[];
  settings: Record<string, number | boolean>;
  sequences: { name: string; system_prompt?: string; prompts: Prompt[] }[];
  criteria: { name: string; description: string }[];
  scale: { min: number; max: number };
  judge: { model: string; temperature: number };
}

interface Prompt {
  name: string;
  prompt: string;
  checks?: Record<string, unknown>[];
}

describe("the demo evaluation", () => {
  const suite = JSON.parse(textOf("evaluations/demo.eval.json")) as Suite;
  const { settings, sequences, criteria, scale, judge } = suite;
  const prompts = sequences.flatMap((sequence) => sequence.prompts);

  it("names settings that make sense for the demo models", () => {
    assert.equal(suite.version, 1);
    const ranges: Record<string, [least: number, most: number]> = {
      temperature: [0, 2],
      max_tokens: [1, 1024],
      num_runs: [1, 10],
      vram_limit_percent: [1, 100],
      seed: [0, 2 ** 32 - 1],
    };
    assert.deepEqual(Object.keys(settings).sort(), [...Object.keys(ranges), "auto_evaluate"].sort());
    assert.equal(typeof settings["auto_evaluate"], "boolean");
    for (const [name, [least, most]] of Object.entries(ranges)) {
      const value = Number(settings[name]);
      assert.ok(value >= least && value <= most, `${name}: ${value}`);
      assert.ok(name === "temperature" || Number.isInteger(value), `${name}: ${value}`);
    }
    assert.deepEqual(scale, { min: 1, max: 5 });
    assert.ok(judge.temperature >= 0 && judge.temperature <= 2);
  });

  it("has sequences of named prompts", () => {
    assertUniqueTexts(sequences.map(({ name }) => name));
    assert.ok(sequences.filter((sequence) => sequence.prompts.length >= 3).length >= 2);
    for (const sequence of sequences) {
      assertUniqueTexts(sequence.prompts.map(({ name }) => name));
      assertUniqueTexts(sequence.prompts.map(({ prompt }) => prompt));
    }
    assertUniqueTexts(criteria.map(({ name }) => name));
    assertUniqueTexts(criteria.map(({ description }) => description));
  });

  it("has checks of every kind that needs no model, each well-formed", () => {
    const kinds: Record<string, (value: unknown) => boolean> = {
      equals: (value) => typeof value === "string",
      contains: (value) => typeof value === "string" && value !== "",
      regex: (value) => typeof value === "string" && new RegExp(value, "u").source !== "(?:)",
      numeric: (value) => {
        const { value: wanted, tolerance } = value as Record<string, unknown>;
        return Number.isFinite(wanted) && Number(tolerance) >= 0;
      },
      json_schema: (value) => (value as Record<string, unknown>)["type"] === "object",
    };
    const checks = prompts.flatMap((prompt) => prompt.checks ?? []);
    for (const check of checks) {
      const [[kind, value] = [], ...others] = Object.entries(check);
      assert.equal(others.length, 0, JSON.stringify(check));
      assert.ok(kinds[kind ?? ""]?.(value), JSON.stringify(check));
    }
    const used = new Set(checks.flatMap((check) => Object.keys(check)));
    assert.deepEqual([...used].sort(), Object.keys(kinds).sort());
  });

  it("names demo models that are there", async () => {
    const catalogue = await readCatalogue(path.join(root, "models/catalogue.json"));
    const downloaded = await scanDownloaded(path.join(workspace, "models"), catalogue);
    const chatModels = downloaded.filter(({ kind, isDemo }) => kind === "chat" && isDemo);
    assertUniqueTexts(suite.models);
    for (const id of [...suite.models, judge.model]) {
      assert.ok(
        chatModels.some((model) => model.id === id),
        `${id} is not in the demo workspace`,
      );
    }
  });
});

/** None is blank, and no two are the same. */
function assertUniqueTexts(texts: string[]): void {
  assert.ok(texts.length > 0 && texts.every((text) => text.trim() !== ""));
  assert.equal(new Set(texts).size, texts.length, texts.join());
}

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { readLines, repoRoot } from "../support/engines";
import { never, PhotoIndex, photoQuery } from "../support/photo-index";
import { atLeast } from "./goals";

interface Scene {
  caption: string;
  box: [left: number, top: number, width: number, height: number];
  scene: { things: [kind: string, colour: string][] };
}

/** What the demo model never heard of. */
const unknown = [
  ...["a person riding a horse", "airplane", "bear", "bicycle", "birthday cake", "bowl of soup", "bridge"],
  ...["city skyline", "computer", "concert", "dinosaur", "dog", "elephant", "ferris wheel", "fireworks"],
  ...["football match", "graph of sales", "guitar", "hospital", "invoice", "keyboard", "knife and fork"],
  ...["map of Europe", "microscope", "passport", "pizza", "screenshot of code", "shoes", "snowboarder"],
  ...[
    "submarine",
    "tax document",
    "tiger",
    "train station",
    "waterfall",
    "wedding",
    "whale",
    "woman smiling",
  ],
];

/** Held-out scenes as files in folders, indexed and searched as the product does it. */
describe("photo search on held-out scenes", function () {
  this.timeout(300_000);
  const scenes = readLines<Scene>("image-text/heldout.jsonl");
  const queries = readLines<{ query: string; fits: number[] }>("image-text/queries.jsonl");
  let index: PhotoIndex;
  let folder: string;
  /** Scenes by the ids of their files. */
  const sceneOf = new Map<number, number>();

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "local-models-scenes-"));
    index = new PhotoIndex(folder);
    await cutScenes();
    await index.deploy("image-text");
    await index.scan();
    await index.embed();
    const { resultsId, count } = await index.search.search(photoQuery("", { sort: "name" }), never);
    for (const { fileId, name } of await index.search.rows(resultsId, 0, count)) {
      sceneOf.set(fileId, Number(name.slice(0, 3)));
    }
  });
  after(async () => {
    await index.close();
    rmSync(folder, { recursive: true });
  });

  async function cutScenes(): Promise<void> {
    const sheet = path.join(repoRoot, "scripts/demo-models/image-text/heldout.webp");
    const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
    await Promise.all(
      scenes.map(async ({ box: [left, top, width, height] }, at) => {
        const file = path.join(folder, nameOf(at));
        await sharp(data, { raw: info }).extract({ left, top, width, height }).png().toFile(file);
      }),
    );
  }

  /** Scenes, best first, and how many of them are likely. */
  async function find(text: string): Promise<{ found: number[]; likely: number }> {
    const { resultsId, likely, count } = await index.search.search(photoQuery(text), never);
    const found = index.search.ids(resultsId, [{ from: 0, to: count }]).map((id) => sceneOf.get(id)!);
    return { found, likely };
  }

  it("finds the scene that a sentence describes", async () => {
    const places: number[] = [];
    for (const [at, { caption }] of scenes.entries()) {
      places.push((await find(caption)).found.indexOf(at));
    }
    const within = (limit: number) =>
      places.filter((place) => place >= 0 && place < limit).length / places.length;
    const row = { model: "demo-image-text", of: scenes.length };
    atLeast(0.9, within(1), { ...row, measure: "photo search, top-1" });
    atLeast(0.98, within(5), { ...row, measure: "photo search, top-5" });
  });

  it("tells likely pictures from others", async () => {
    let [right, shown, fitting, answered] = [0, 0, 0, 0];
    for (const { query, fits } of queries) {
      const { found, likely } = await find(query);
      right += found.slice(0, likely).filter((scene) => fits.includes(scene)).length;
      shown += likely;
      fitting += fits.length;
      answered += likely > 0 ? 1 : 0;
    }
    const row = { model: "demo-image-text", of: queries.length };
    atLeast(0.7, right / shown, { ...row, measure: "likely pictures that fit" });
    atLeast(0.6, right / fitting, { ...row, measure: "fitting pictures that are likely" });
    atLeast(0.85, answered / queries.length, { ...row, measure: "queries with a likely picture" });
  });

  it("says that nothing looks like what is not there", async () => {
    const things = scenes.map(({ scene }) => scene.things);
    const kinds = [...new Set(things.flat().map(([kind]) => kind))];
    const colours = [...new Set(things.flat().map(([, colour]) => colour))];
    let [none, asked] = [0, 0];
    for (const kind of kinds) {
      const withKind = [...sceneOf.values()].filter((at) => things[at]!.some(([each]) => each === kind));
      const gone = withKind.map((at) => path.join(folder, nameOf(at)));
      await index.store.request("recordFiles", { found: [], gone });
      for (const text of [kind, ...colours.map((colour) => `${colour} ${kind}`)]) {
        none += (await find(text)).likely === 0 ? 1 : 0;
        asked++;
      }
      await index.scan();
    }
    atLeast(0.75, none / asked, {
      model: "demo-image-text",
      measure: "things taken out of the index, nothing likely",
      of: asked,
    });
  });

  it("says that nothing looks like what the model does not know", async () => {
    let none = 0;
    for (const text of unknown) {
      none += (await find(text)).likely === 0 ? 1 : 0;
    }
    atLeast(0.75, none / unknown.length, {
      model: "demo-image-text",
      measure: "unknown words, nothing likely",
      of: unknown.length,
    });
  });
});

function nameOf(scene: number): string {
  return `${String(scene).padStart(3, "0")}.png`;
}

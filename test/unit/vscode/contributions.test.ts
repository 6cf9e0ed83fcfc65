import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { configurationFile } from "../../../src/library/configuration-file";
import { pictureFormat } from "../../../src/photos/scan/picture-formats";

interface Manifest {
  engines: { vscode: string };
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; when: string }[];
    jsonValidation: { fileMatch: string; url: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

const root = path.resolve(__dirname, "../../..");
const manifestText = readFileSync(path.join(root, "package.json"), "utf8");
const manifest = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(path.join(root, "package.nls.json"), "utf8")) as Record<string, string>;
const idsSource = readFileSync(path.join(root, "src/vscode/ids.ts"), "utf8");

/** The ids module needs no VS Code, so it is read as it is. */
async function ids() {
  return import("../../../src/vscode/ids");
}

describe("what package.json contributes", () => {
  const contributed = manifest.contributes.commands.map(({ command }) => command);

  it("has the commands of ids.ts and no other", async () => {
    const { commandIds } = await ids();
    assert.deepEqual([...contributed].sort(), Object.values(commandIds).sort());
  });

  it("has the settings of ids.ts and no other, each with a default", async () => {
    const { settingIds, settingsSection } = await ids();
    const { properties } = manifest.contributes.configuration;
    const expected = Object.values(settingIds).map((id) => `${settingsSection}.${id}`);
    assert.deepEqual(Object.keys(properties).sort(), expected.sort());
    assert.ok(Object.values(properties).every((property) => "default" in property));
  });

  it("has the views of ids.ts", async () => {
    const { viewIds } = await ids();
    const views = Object.values(manifest.contributes.views).flat();
    assert.deepEqual(
      views.map(({ id }) => id),
      Object.values(viewIds),
    );
  });

  it("registers every command it contributes", () => {
    const sources = sourceFiles(path.join(root, "src/vscode"));
    const [commands = ""] = idsSource.split("} as const");
    for (const name of commands.matchAll(/^ {2}(\w+): "localModels\.(?:(?:tree|photo)\.)?\w+",$/gm)) {
      const registration = `[commandIds.${name[1] ?? ""}]:`;
      assert.ok(
        sources.some((text) => text.includes(registration)),
        `${registration} is in no command file`,
      );
    }
  });

  it("uses only contributed commands in menus, and hides what belongs to a tree row or a picture from the palette", () => {
    for (const [menu, items] of Object.entries(manifest.contributes.menus)) {
      for (const { command } of items) {
        assert.ok(contributed.includes(command), `${menu}: ${command}`);
      }
    }
    const hidden = manifest.contributes.menus["commandPalette"]!.filter(({ when }) => when === "false");
    assert.deepEqual(
      hidden.map(({ command }) => command).sort(),
      contributed.filter((command) => /^localModels\.(?:tree|photo)\./.test(command)).sort(),
    );
  });

  it("offers to find similar pictures for exactly the files that can be read", () => {
    for (const menu of ["explorer/context", "editor/title/context"]) {
      const [item] = manifest.contributes.menus[menu]!.filter(({ command }) =>
        /imilarPictures$/.test(command),
      );
      const [, pattern, flags] = /resourceExtname =~ \/(.+)\/(\w*)/.exec(item!.when!)!;
      const extensions = new RegExp(pattern!, flags);
      for (const name of "jpg jpeg jpe jfif png webp gif tif tiff avif svg heic jxl bmp ico dng txt pngx JPG".split(
        " ",
      )) {
        assert.equal(extensions.test(`.${name}`), pictureFormat(`a.${name}`)?.supported === true, name);
      }
    }
  });

  it("has a text for every placeholder, and no text without use", () => {
    const used = [...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });

  it("ships the schemas it contributes, for the files that the code makes", () => {
    const shipped = readFileSync(path.join(root, ".vscodeignore"), "utf8");
    assert.ok(manifest.contributes.jsonValidation.length > 0);
    for (const { url } of manifest.contributes.jsonValidation) {
      JSON.parse(readFileSync(path.join(root, url), "utf8"));
      assert.ok(shipped.includes(`!${path.posix.dirname(url).replace("./", "")}/*.json`), url);
    }
    const made = configurationFile("/models", "org/name/file.gguf").replaceAll(path.sep, "/");
    const patterns = manifest.contributes.jsonValidation.map(
      ({ fileMatch }) => new RegExp(`/${fileMatch.replaceAll(".", "\\.").replace("*", "[^/]+")}$`),
    );
    assert.ok(patterns.some((pattern) => pattern.test(made)));
  });

  it("runs in VS Code 1.104", () => {
    assert.equal(manifest.engines.vscode, "^1.104.0");
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
}

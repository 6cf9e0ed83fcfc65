import * as fs from "node:fs/promises";
import * as path from "node:path";
import { hubFolder, layoutAt, type RepoLayout } from "./cache-layout";
import { hintsOfConfig, hintsOfModelCard, type KindHints, kindOf } from "./kind";
import type { CatalogueEntry, DownloadedModel, ModelVariant, PartialModel, RepoId } from "./model";
import { displayName, repoIdOfFolder } from "./model-id";
import { partialModelOf, readPullRecords } from "./pull-record";
import { listSnapshotEntries, listSnapshots, type Snapshot } from "./snapshot-files";
import { isCompanionFile, variantsOf } from "./variants";

const largestConfigBytes = 4 * 1024 * 1024;

/**
 * All complete models of a Hugging Face cache, whoever wrote it. A model that several revisions hold is
 * shown once: as `refs/main` has it, else as the newest has it.
 */
export async function scanDownloaded(
  modelsFolder: string,
  catalogue: readonly CatalogueEntry[],
): Promise<DownloadedModel[]> {
  const hub = hubFolder(modelsFolder);
  const names = await fs.readdir(hub).catch(() => []);
  const models: DownloadedModel[] = [];
  for (const name of names.sort()) {
    const repoId = repoIdOfFolder(name);
    if (repoId !== undefined) {
      models.push(...(await scanRepo(layoutAt(path.join(hub, name), repoId), catalogue)));
    }
  }
  return models.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/** Downloads that were begun and are not complete. */
export async function scanPartial(modelsFolder: string): Promise<PartialModel[]> {
  const records = await readPullRecords(modelsFolder);
  const models = await Promise.all(records.map((record) => partialModelOf(modelsFolder, record)));
  return models.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

async function scanRepo(
  layout: RepoLayout,
  catalogue: readonly CatalogueEntry[],
): Promise<DownloadedModel[]> {
  const models = new Map<string, DownloadedModel>();
  for (const snapshot of await listSnapshots(layout)) {
    const files = (await listSnapshotEntries(snapshot.folder)).flatMap(({ path: filePath, sizeBytes }) =>
      sizeBytes === undefined || sizeBytes === 0 ? [] : [{ path: filePath, sizeBytes }],
    );
    const variants = variantsOf(files).filter((variant) => !models.has(variant.primaryFile));
    const hints = variants.length === 0 ? {} : await readHints(snapshot.folder);
    for (const variant of variants) {
      models.set(variant.primaryFile, modelOf(layout.repoId, snapshot, variant, hints, catalogue));
    }
  }
  return [...models.values()];
}

function modelOf(
  repoId: RepoId,
  snapshot: Snapshot,
  variant: ModelVariant,
  hints: Partial<KindHints>,
  catalogue: readonly CatalogueEntry[],
): DownloadedModel {
  const { primaryFile, engine, label, sizeBytes } = variant;
  const entry = catalogue.find((each) => each.repoId === repoId);
  return {
    id: `${repoId}/${primaryFile}`,
    repoId,
    revision: snapshot.commit,
    name: entry?.name ?? displayName(repoId),
    variantLabel: label,
    kind: entry?.kind ?? kindOf({ ...hints, repoId, primaryFile }),
    engine,
    primaryFile,
    primaryPath: path.join(snapshot.folder, ...primaryFile.split("/")),
    snapshotPath: snapshot.folder,
    weightFiles: variant.files.map((file) => file.path).filter((file) => !isCompanionFile(file)),
    sizeBytes,
    isDemo: entry?.isDemo ?? false,
  };
}

async function readHints(folder: string): Promise<Partial<KindHints>> {
  const [config, card] = await Promise.all(
    ["config.json", "README.md"].map((name) => readSmallText(path.join(folder, name))),
  );
  return { ...hintsOfConfig(parseJson(config)), ...hintsOfModelCard(card ?? "") };
}

async function readSmallText(file: string): Promise<string | undefined> {
  try {
    const stat = await fs.stat(file);
    return stat.isFile() && stat.size <= largestConfigBytes ? await fs.readFile(file, "utf8") : undefined;
  } catch {
    // Many models come without it; the other hints decide.
    return undefined;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}

import path from "node:path";
import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Emitter } from "../../common/event";
import type { Logger } from "../../common/logger";
import { isDataFile } from "../../evaluation/data/rows";
import { readSuite, readSuiteFile } from "../../evaluation/suite/read-suite";
import type { SuiteReading } from "../../evaluation/suite/suite";

export const suiteGlob = "**/*.eval.{json,yaml,yml}";
const dataGlob = "**/*.{jsonl,ndjson,csv,tsv}";
const excludeGlob = "**/node_modules/**";
const mostFiles = 1_000;
/** Nobody reads squiggles while typing. */
const readAfterMs = 250;

export interface SuiteFile {
  uri: vscode.Uri;
  reading: SuiteReading;
}

/** A suite was read anew, or is gone: then there is no reading. */
export interface SuiteFileChange {
  uri: vscode.Uri;
  reading: SuiteReading | undefined;
}

export function isSuiteFile({ scheme, path: file }: vscode.Uri): boolean {
  return scheme === "file" && /\.eval\.(?:json|ya?ml)$/i.test(file) && !file.includes("/node_modules/");
}

/** The suites of the workspace and of the open editors, whose text counts before it is saved. */
export class SuiteFiles implements Disposable {
  readonly #logger: Logger;
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<SuiteFileChange>());
  readonly #known = new Map<string, SuiteFile>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** By file, which reading is the newest: a slow one must not win over a later one. */
  readonly #turns = new Map<string, number>();
  readonly onDidChange = this.#changed.event;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#watch(suiteGlob, (uri) => this.#soon(uri));
    this.#watch(dataGlob, (uri) => this.#dataChanged(uri));
    const { workspace } = vscode;
    this.#own.add(workspace.onDidOpenTextDocument(({ uri }) => this.#soon(uri)));
    this.#own.add(workspace.onDidChangeTextDocument(({ document }) => this.#soon(document.uri)));
    this.#own.add(workspace.onDidSaveTextDocument(({ uri }) => this.#saved(uri)));
    this.#own.add(workspace.onDidCloseTextDocument(({ uri }) => this.#soon(uri)));
    this.#own.add(workspace.onDidChangeWorkspaceFolders(() => void this.refresh()));
    void this.refresh();
  }

  /** By path; each as it was read last. */
  list(): SuiteFile[] {
    return [...this.#known.values()].sort((a, b) => a.uri.path.localeCompare(b.uri.path));
  }

  get(uri: vscode.Uri): SuiteFile | undefined {
    return this.#known.get(uri.toString());
  }

  /** Looks for suites, and reads all of them again. */
  async refresh(): Promise<void> {
    const found = await vscode.workspace.findFiles(suiteGlob, excludeGlob, mostFiles);
    const open = vscode.workspace.textDocuments.map(({ uri }) => uri);
    const all = [...found, ...open, ...this.list().map(({ uri }) => uri)].filter(isSuiteFile);
    const unique = new Map(all.map((uri) => [uri.toString(), uri]));
    await Promise.all([...unique.values()].map((uri) => this.read(uri)));
  }

  /** The suite as it is now; undefined when there is no such file. */
  async read(uri: vscode.Uri): Promise<SuiteReading | undefined> {
    const key = uri.toString();
    const turn = (this.#turns.get(key) ?? 0) + 1;
    this.#turns.set(key, turn);
    const reading = await readNow(uri);
    if (this.#turns.get(key) === turn && !this.#own.isDisposed) {
      if (reading) {
        this.#known.set(key, { uri, reading });
      } else {
        this.#known.delete(key);
        this.#turns.delete(key);
      }
      this.#changed.fire({ uri, reading });
    }
    return reading;
  }

  dispose(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#own.dispose();
  }

  #soon(uri: vscode.Uri): void {
    if (!isSuiteFile(uri)) {
      return;
    }
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    const read = () => {
      this.#timers.delete(key);
      this.read(uri).catch((error: unknown) => this.#logger.error(`${uri.fsPath}: ${String(error)}`));
    };
    this.#timers.set(key, setTimeout(read, readAfterMs));
  }

  #saved(uri: vscode.Uri): void {
    if (isDataFile(uri.path)) {
      this.#dataChanged(uri);
    } else {
      this.#soon(uri);
    }
  }

  #dataChanged({ fsPath }: vscode.Uri): void {
    for (const { uri, reading } of this.#known.values()) {
      if (dataFilesOf(uri, reading).includes(fsPath)) {
        this.#soon(uri);
      }
    }
  }

  #watch(glob: string, onChange: (uri: vscode.Uri) => void): void {
    const watcher = this.#own.add(vscode.workspace.createFileSystemWatcher(glob));
    this.#own.add(watcher.onDidCreate(onChange));
    this.#own.add(watcher.onDidChange(onChange));
    this.#own.add(watcher.onDidDelete(onChange));
  }
}

/**
 * What is in an open editor counts, saved or not. VS Code keeps documents for minutes after their editor is
 * closed: one without changes is gone when its file is.
 */
async function readNow(uri: vscode.Uri): Promise<SuiteReading | undefined> {
  const file = uri.fsPath;
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(file);
  const scope = { workspaceFolder: folder };
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  const isOpen = document && !document.isClosed;
  if (!(isOpen && document.isDirty) && !(await exists(uri))) {
    return undefined;
  }
  return isOpen ? readSuite({ file, text: document.getText() }, scope) : readSuiteFile(file, scope);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

function dataFilesOf({ fsPath }: vscode.Uri, { outline }: SuiteReading): string[] {
  const sequences = outline?.sequences ?? [];
  return sequences.flatMap(({ promptsFrom }) =>
    promptsFrom === undefined ? [] : [path.resolve(path.dirname(fsPath), promptsFrom)],
  );
}

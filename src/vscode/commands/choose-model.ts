import * as vscode from "vscode";
import { abortError, AppError, isAbort, toAppError } from "../../common/errors";
import { formatBytes } from "../../common/format";
import type { Logger } from "../../common/logger";
import type { Library } from "../../library/library";
import type { CatalogueEntry, HubSearchResult, ModelDetails, ModelVariant } from "../../library/model";
import { type ModelReference, parseModelReference } from "../../library/model-id";
import { variantByHint } from "../../library/recommend";
import { kindIcon, kindLabel } from "../kinds";
import { describeError } from "../notifications";

const searchAfterMs = 300;

interface RepoItem extends vscode.QuickPickItem {
  repoId?: string;
}

/** Asks for a repository: recommended ones at once, and whatever the hub finds for what is typed. */
export async function chooseRepository(library: Library, logger: Logger): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<RepoItem>();
  pick.title = vscode.l10n.t("Pull Model");
  pick.placeholder = vscode.l10n.t("Search the hub, or enter org/name or its address");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const recommended = library.content().recommended.map(recommendedItem);
  pick.items = withHeading(vscode.l10n.t("Recommended for this machine"), recommended);

  let search = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onInput = (value: string) => {
    clearTimeout(timer);
    search.abort();
    search = new AbortController();
    const query = value.trim();
    pick.busy = query.length > 1;
    pick.items = items(query, recommended, []);
    if (query.length > 1) {
      timer = setTimeout(() => void runSearch(query, search.signal), searchAfterMs);
    }
  };
  const runSearch = async (query: string, signal: AbortSignal) => {
    try {
      const found = await library.search(query, signal);
      if (!signal.aborted) {
        pick.items = items(query, recommended, found.map(foundItem));
      }
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        logger.warn(`search “${query}”: ${String(error)}`);
        pick.items = [...items(query, recommended, []), problemItem(describeError(toAppError(error)))];
      }
    } finally {
      if (!signal.aborted) {
        pick.busy = false;
      }
    }
  };

  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidChangeValue(onInput);
      pick.onDidAccept(() => {
        const repoId = pick.selectedItems[0]?.repoId;
        if (repoId !== undefined) {
          resolve(repoId);
        }
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    clearTimeout(timer);
    search.abort();
    pick.dispose();
  }
}

function items(query: string, recommended: RepoItem[], found: RepoItem[]): RepoItem[] {
  const typed: RepoItem[] = query.includes("/")
    ? [{ label: query, description: vscode.l10n.t("this repository"), repoId: query, alwaysShow: true }]
    : [];
  return [
    ...typed,
    ...withHeading(vscode.l10n.t("Recommended for this machine"), recommended),
    ...withHeading(vscode.l10n.t("Found on the hub"), found),
  ];
}

function withHeading(label: string, list: RepoItem[]): RepoItem[] {
  return list.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...list];
}

function recommendedItem(entry: CatalogueEntry): RepoItem {
  return {
    label: entry.name,
    iconPath: kindIcon(entry.kind),
    description: `${entry.repoId} · ${formatBytes(entry.sizeBytes)}`,
    detail: entry.description,
    repoId: entry.repoId,
  };
}

function foundItem(result: HubSearchResult): RepoItem {
  return {
    label: result.repoId,
    iconPath: kindIcon(result.kind),
    description: [
      kindLabel(result.kind),
      vscode.l10n.t("{0} downloads", result.downloads.toLocaleString()),
      ...(result.isGated ? [vscode.l10n.t("gated")] : []),
    ].join(" · "),
    repoId: result.repoId,
    alwaysShow: true,
  };
}

function problemItem(sentence: string): RepoItem {
  return { label: sentence, iconPath: new vscode.ThemeIcon("warning"), alwaysShow: true };
}

/**
 * Asks which of the repository's files to pull; the one that fits this machine best is marked. A reference
 * that names a file (`org/name:Q4_K_M`, a file's address) is not asked about.
 */
export async function chooseVariant(
  library: Library,
  text: string,
  hubHost: string | undefined,
): Promise<{ details: ModelDetails; variant: ModelVariant } | undefined> {
  const reference = parseModelReference(text, hubHost);
  const details = await askHub(library, reference);
  if (details.variants.length === 0) {
    throw new AppError("unsupported-model", "{0} has no GGUF or ONNX files. Choose another repository.", [
      reference.repoId,
    ]);
  }
  const named = namedVariant(details, reference);
  if (named) {
    return { details, variant: named };
  }
  const picked = await vscode.window.showQuickPick(
    details.variants.map((each) => variantItem(details, each)),
    {
      title: vscode.l10n.t("Pull {0}", details.repoId),
      placeHolder: vscode.l10n.t("Choose a file; smaller ones are faster and less exact"),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return picked && { details, variant: picked.variant };
}

function askHub(library: Library, { repoId, revision }: ModelReference): Thenable<ModelDetails> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Asking the hub about {0}", repoId),
      cancellable: true,
    },
    (_progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort(abortError()));
      return library.variants(repoId, revision, controller.signal);
    },
  );
}

function namedVariant(
  details: ModelDetails,
  { path, variantHint }: ModelReference,
): ModelVariant | undefined {
  if (path !== undefined) {
    return details.variants.find(({ files }) => files.some((file) => file.path === path));
  }
  return variantHint === undefined ? undefined : variantByHint(details.variants, variantHint);
}

function variantItem(details: ModelDetails, variant: ModelVariant) {
  const isRecommended = details.recommended?.primaryFile === variant.primaryFile;
  return {
    label: variant.label,
    description: [
      formatBytes(variant.sizeBytes),
      ...(isRecommended ? [vscode.l10n.t("recommended for this machine")] : []),
    ].join(" · "),
    detail: variant.primaryFile,
    iconPath: new vscode.ThemeIcon(isRecommended ? "star-full" : "file-binary"),
    picked: isRecommended,
    variant,
  };
}

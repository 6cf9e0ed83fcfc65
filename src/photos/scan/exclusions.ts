import { readFileSync } from "node:fs";
import path from "node:path";
import createIgnore, { type Ignore } from "ignore";
import { pictureFormat } from "./picture-formats";

type Kind = "folder" | "picture" | "file";

/** Rules of one folder, which hold for everything below it. */
interface RuleSet {
  /** Absolute. */
  folder: string;
  forAll: Ignore;
  /** Undefined when no rule can mean a picture, which spares testing each of them. */
  forPictures: Ignore | undefined;
}

/**
 * What the walk leaves out: patterns of the settings, and every `.gitignore` on the way
 * (https://git-scm.com/docs/gitignore). Deeper files win, and settings win over all. Asked only about what
 * lies in folders that are not excluded themselves.
 */
export class Exclusions {
  readonly #settings: RuleSet;
  /** Deepest first. */
  readonly #gitignores: readonly RuleSet[];

  private constructor(settings: RuleSet, gitignores: readonly RuleSet[]) {
    this.#settings = settings;
    this.#gitignores = gitignores;
  }

  /** `globs` as in VS Code's `files.exclude`, relative to `root`. */
  static ofRoot(root: string, globs: readonly string[]): Exclusions {
    return new Exclusions(ruleSet(root, globs.flatMap(expandBraces).map(anchored)), []);
  }

  /** The same with the folder's own `.gitignore`, which must be there. */
  entering(folder: string): Exclusions {
    const lines = readFileSync(path.join(folder, ".gitignore"), "utf8").split(/\r?\n/);
    return new Exclusions(this.#settings, [ruleSet(folder, lines), ...this.#gitignores]);
  }

  excludesFolder(folder: string): boolean {
    return this.#excludes(folder, "folder");
  }

  excludesPicture(file: string): boolean {
    return this.#excludes(file, "picture");
  }

  /** Any file; slower than asking about a picture. */
  excludesFile(file: string): boolean {
    return this.#excludes(file, "file");
  }

  #excludes(file: string, kind: Kind): boolean {
    if (decision(this.#settings, file, kind) === true) {
      return true;
    }
    for (const gitignore of this.#gitignores) {
      const excluded = decision(gitignore, file, kind);
      if (excluded !== undefined) {
        return excluded;
      }
    }
    return false;
  }
}

function ruleSet(folder: string, lines: readonly string[]): RuleSet {
  const forPictures = lines.filter(mayMeanPicture);
  return {
    folder,
    forAll: createIgnore().add(lines),
    forPictures: forPictures.length === 0 ? undefined : createIgnore().add(forPictures),
  };
}

/** Undefined when no rule speaks of it. */
function decision(rules: RuleSet, file: string, kind: Kind): boolean | undefined {
  const applicable = kind === "picture" ? rules.forPictures : rules.forAll;
  if (!applicable) {
    return undefined;
  }
  const start = rules.folder.length + (rules.folder.endsWith(path.sep) ? 0 : 1);
  const relative = file.slice(start).replaceAll(path.sep, "/");
  const { ignored, unignored } = applicable.test(kind === "folder" ? `${relative}/` : relative);
  return ignored || unignored ? ignored : undefined;
}

/** False only when no file with a picture's name can match the rule's last part. */
function mayMeanPicture(line: string): boolean {
  const rule = line.trimEnd();
  if (rule === "" || rule.startsWith("#") || rule.endsWith("/")) {
    return false;
  }
  const lastPart = rule.slice(rule.lastIndexOf("/") + 1);
  const ending = lastPart.slice(lastPart.lastIndexOf(".") + 1);
  const endsOpenly = /[*?[\]\\]/.test(lastPart.includes(".") ? ending : lastPart);
  return endsOpenly || pictureFormat(`.${ending}`) !== undefined;
}

/** A glob without a slash means the top level in VS Code and any level in a `.gitignore`. */
function anchored(glob: string): string {
  return glob.startsWith("**/") || glob.startsWith("/") ? glob : `/${glob}`;
}

/** `*.{a,b}` to `*.a` and `*.b`; a `.gitignore` knows no braces. */
function expandBraces(glob: string): string[] {
  const [whole, alternatives] = /\{([^{}]*)\}/.exec(glob) ?? [];
  return whole === undefined || alternatives === undefined
    ? [glob]
    : alternatives.split(",").flatMap((alternative) => expandBraces(glob.replace(whole, () => alternative)));
}

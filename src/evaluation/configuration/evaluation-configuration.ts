import { AppError } from "../../common/errors";
import { type JsonNode, JsonSyntaxError, parseJson } from "../../common/json-text";
import { isRepoId } from "../../library/model-id";
import { locationOf } from "../../library/configuration";
import { Fields } from "../suite/fields";
import { Problems, type ProblemSink } from "../suite/problems";
import { readSettings, settingKeys, settingsToJson } from "../suite/settings";
import type { SuiteProblem, SuiteSettings } from "../suite/suite";
import { syntaxReason } from "../suite/syntax-reason";

/** What is evaluated, by what, and how: a setup that can be saved and used with any prompts. */
export interface EvaluationConfiguration {
  /** Id `org/name/file`. */
  generationModel: string;
  /** The judge's id. */
  evaluationModel?: string | undefined;
  /** Whether `evaluationModel` judges; otherwise something outside this machine was meant to. */
  useLocalEvaluator: boolean;
  settings: SuiteSettings;
  /** Names of the sequences to run; undefined for all. */
  sequences?: string[] | undefined;
}

export interface ConfigurationReading {
  /** Undefined when there are problems. */
  configuration: EvaluationConfiguration | undefined;
  problems: SuiteProblem[];
  /** Keys that have no meaning here, such as `settings.threads`. */
  ignored: string[];
}

interface Reader {
  problems: ProblemSink;
  ignored: string[];
}

const rootKeys = ["generation_model", "evaluation_model", "use_local_evaluator", "settings", "sequences"];
const modelKeys = ["repo_id", "filename", "subdirectory"];

/** Reads the JSON of a saved configuration, which may have further keys. */
export function parseEvaluationConfiguration(file: string, text: string): ConfigurationReading {
  const problems = new Problems(file, text.replace(/^\uFEFF/, ""));
  const ignored: string[] = [];
  const configuration = readRoot(text.replace(/^\uFEFF/, ""), { problems, ignored }, problems);
  return {
    configuration: problems.count > 0 ? undefined : configuration,
    problems: problems.list,
    ignored,
  };
}

/** The JSON that `parseEvaluationConfiguration` reads. */
export function evaluationConfigurationText(configuration: EvaluationConfiguration): string {
  const { generationModel, evaluationModel, useLocalEvaluator, settings, sequences } = configuration;
  const json = {
    generation_model: modelToJson(generationModel),
    ...(evaluationModel === undefined ? {} : { evaluation_model: modelToJson(evaluationModel) }),
    use_local_evaluator: useLocalEvaluator,
    settings: settingsToJson(settings),
    ...(sequences && { sequences }),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function modelToJson(id: string): Record<string, string> {
  const { repoId, fileName, subdirectory } = locationOf(id);
  return { repo_id: repoId, filename: fileName, subdirectory };
}

function readRoot(text: string, reader: Reader, problems: Problems): EvaluationConfiguration | undefined {
  try {
    const fields = tolerantFields(parseJson(text), "configuration", rootKeys, "", reader);
    return fields && readConfiguration(fields, reader);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    problems.add({ offset: error.offset, end: error.offset + 1 }, syntaxReason(error.fault));
    return undefined;
  }
}

function readConfiguration(fields: Fields, reader: Reader): EvaluationConfiguration {
  fields.required("generation_model");
  const generationModel = readModel(fields, "generation_model", reader);
  const evaluationModel = readModel(fields, "evaluation_model", reader);
  const sequences = fields.get("sequences") && readSequences(fields);
  const settingsNode = fields.get("settings");
  return {
    generationModel: generationModel ?? "",
    ...(evaluationModel === undefined ? {} : { evaluationModel }),
    useLocalEvaluator: fields.flag("use_local_evaluator") ?? false,
    settings: readSettings(settingsNode && settingsFields(settingsNode, reader), true),
    ...(sequences && { sequences }),
  };
}

function readModel(root: Fields, key: string, reader: Reader): string | undefined {
  const node = root.get(key);
  const fields =
    node && node.value !== null ? tolerantFields(node, key, modelKeys, `${key}.`, reader) : undefined;
  if (!fields) {
    return undefined;
  }
  const repoId = fields.requiredText("repo_id");
  const fileName = fields.requiredText("filename");
  const hasFolder = fields.get("subdirectory") && fields.get("subdirectory")?.value !== null;
  const folder = (hasFolder && fields.text("subdirectory", { mayBeBlank: true })) ?? "";
  if (repoId === undefined || fileName === undefined) {
    return undefined;
  }
  const parts = [...(folder || "").split("/"), ...fileName.split("/")].filter(Boolean);
  if (!isRepoId(repoId) || parts.length === 0 || parts.some((part) => /^\.{1,2}$|\\|\p{Cc}/u.test(part))) {
    reader.problems.add(
      fields.node,
      new AppError(
        "invalid-input",
        "“repo_id”, “subdirectory” and “filename” do not name a file of a repository.",
      ),
    );
    return undefined;
  }
  return [repoId, ...parts].join("/");
}

function settingsFields(node: JsonNode, reader: Reader): Fields | undefined {
  return tolerantFields(node, "settings", settingKeys, "settings.", reader);
}

function readSequences(root: Fields): string[] {
  return root.list("sequences").flatMap((node) => root.textOf(node, "sequences", false) ?? []);
}

/** Keys that are not known are remembered and not reported. */
function tolerantFields(
  node: JsonNode,
  what: string,
  known: readonly string[],
  prefix: string,
  { problems, ignored }: Reader,
): Fields | undefined {
  const names = node.names?.map(({ name }) => name) ?? [];
  ignored.push(...names.filter((name) => !known.includes(name)).map((name) => prefix + name));
  return Fields.of(node, what, [...known, ...names], problems);
}

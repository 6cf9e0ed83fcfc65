import { AppError } from "../common/errors";
import {
  type JsonNode,
  JsonSyntaxError,
  parseJson,
  positionAt,
  type TextPosition,
} from "../common/json-text";
import type { LoadParams, Sampling } from "../protocol/engine";

/** What a person set for one model; what is left out comes from the settings. */
export interface ModelConfiguration {
  load: Partial<Pick<LoadParams, LoadName>>;
  /** A `seed` that is there and undefined asks for a new one with every answer. */
  sampling: Partial<Sampling>;
  systemPrompt?: string;
}

/** The file that a configuration was read from. */
export interface ConfigurationSource {
  /** Absolute path. */
  file: string;
  /** What messages call it. */
  fileName: string;
  text: string;
}

/** A configuration that cannot be used, and where in its file the reason stands. */
export class ConfigurationError extends AppError {
  constructor(
    reason: AppError,
    readonly file: string,
    readonly position: TextPosition,
  ) {
    super(reason.code, reason.template, reason.args, reason.detail);
  }
}

type LoadName = "contextLength" | "gpuLayers";
type SamplingName = keyof Sampling;

interface NumberField<Name extends string> {
  key: string;
  name: Name;
  least: number;
  most: number;
  isWhole?: true;
  /** `null` stands for a choice made at run time. */
  mayBeNull?: true;
}

/** The same rules as `schemas/model-configuration.schema.json`, which editors use. */
export const loadFields: readonly NumberField<LoadName>[] = [
  { key: "context_length", name: "contextLength", least: 256, most: 1_048_576, isWhole: true },
  { key: "gpu_layers", name: "gpuLayers", least: 0, most: 1000, isWhole: true, mayBeNull: true },
];

export const samplingFields: readonly NumberField<SamplingName>[] = [
  { key: "temperature", name: "temperature", least: 0, most: 2 },
  { key: "top_p", name: "topP", least: 0, most: 1 },
  { key: "top_k", name: "topK", least: 0, most: 1000, isWhole: true },
  { key: "min_p", name: "minP", least: 0, most: 1 },
  { key: "repeat_penalty", name: "repeatPenalty", least: 1, most: 2 },
  { key: "max_tokens", name: "maxTokens", least: 0, most: 1_048_576, isWhole: true },
  { key: "seed", name: "seed", least: 0, most: 4_294_967_295, isWhole: true, mayBeNull: true },
];

/** Where the file of a model lies: what `repo_id`, `subdirectory` and `filename` say. */
export interface ModelLocation {
  repoId: string;
  /** Path in the repository; empty for its root. */
  subdirectory: string;
  fileName: string;
}

/** Of an id such as `org/name/onnx/model.onnx`. */
export function locationOf(modelId: string): ModelLocation {
  const [organisation = "", name = "", ...filePath] = modelId.split("/");
  return {
    repoId: `${organisation}/${name}`,
    subdirectory: filePath.slice(0, -1).join("/"),
    fileName: filePath.at(-1) ?? "",
  };
}

/**
 * Reads the configuration of the model with this id. Unknown keys are left to the editor, which underlines
 * them.
 * @throws ConfigurationError
 */
export function parseConfiguration(source: ConfigurationSource, modelId: string): ModelConfiguration {
  const root = parseRoot(source);
  checkLocation(root, source, modelId);
  const sampling = root.members.get("sampling");
  const systemPrompt = readText(root, "system_prompt", source);
  return {
    load: readNumbers(root, loadFields, source),
    sampling: sampling ? readNumbers(asObject(sampling, "sampling", source), samplingFields, source) : {},
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  };
}

/** The text of a new file that sets what is given; a member that is undefined becomes `null`. */
export function configurationText(
  modelId: string,
  values: {
    load: ModelConfiguration["load"];
    sampling?: Sampling | undefined;
    systemPrompt?: string | undefined;
  },
): string {
  const { repoId, subdirectory, fileName } = locationOf(modelId);
  const configuration = {
    repo_id: repoId,
    filename: fileName,
    subdirectory: subdirectory || null,
    ...writeNumbers(loadFields, values.load),
    ...(values.sampling ? { sampling: writeNumbers(samplingFields, values.sampling) } : {}),
    ...(values.systemPrompt === undefined ? {} : { system_prompt: values.systemPrompt }),
  };
  return `${JSON.stringify(configuration, null, 2)}\n`;
}

interface ObjectNode extends JsonNode {
  members: ReadonlyMap<string, JsonNode>;
}

function parseRoot(source: ConfigurationSource): ObjectNode {
  try {
    return asObject(parseJson(source.text), undefined, source);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    const { line, column } = error.position;
    const reason = new AppError(
      "invalid-input",
      "“{0}” is not valid JSON: see line {1}, column {2}. Correct it, or delete the file to use the settings.",
      [source.fileName, line, column],
    );
    throw new ConfigurationError(reason, source.file, error.position);
  }
}

function asObject(node: JsonNode, key: string | undefined, source: ConfigurationSource): ObjectNode {
  const { members } = node;
  if (members) {
    return { ...node, members };
  }
  throw located(node, source, (line) =>
    key === undefined
      ? new AppError("invalid-input", "“{0}”, line {1}: a configuration is an object in braces.", [
          source.fileName,
          line,
        ])
      : new AppError("invalid-input", "“{0}”, line {1}: “{2}” must be an object in braces.", [
          source.fileName,
          line,
          key,
        ]),
  );
}

function checkLocation(root: ObjectNode, source: ConfigurationSource, modelId: string): void {
  const parts = ["repo_id", "subdirectory", "filename"].map((key) => readText(root, key, source));
  if (parts.filter(Boolean).join("/") === modelId) {
    return;
  }
  const first = root.members.get("repo_id") ?? root;
  throw located(
    first,
    source,
    (line) =>
      new AppError(
        "invalid-input",
        "“{0}”, line {1}: this configuration is for “{2}”, so repo_id, subdirectory and filename must name it. Correct them, or delete the file.",
        [source.fileName, line, modelId],
      ),
  );
}

/** Undefined where there is none, or null. */
function readText(parent: ObjectNode, key: string, source: ConfigurationSource): string | undefined {
  const node = parent.members.get(key);
  if (node === undefined || node.value === null) {
    return undefined;
  }
  if (typeof node.value === "string") {
    return node.value;
  }
  throw located(
    node,
    source,
    (line) =>
      new AppError("invalid-input", "“{0}”, line {1}: “{2}” must be a text in quotes.", [
        source.fileName,
        line,
        key,
      ]),
  );
}

function readNumbers<Name extends string>(
  parent: ObjectNode,
  fields: readonly NumberField<Name>[],
  source: ConfigurationSource,
): Partial<Record<Name, number>> {
  const numbers: Partial<Record<Name, number | undefined>> = {};
  for (const field of fields) {
    const node = parent.members.get(field.key);
    if (node !== undefined) {
      numbers[field.name] = readNumber(node, field, source);
    }
  }
  return numbers;
}

function readNumber(
  node: JsonNode,
  { key, least, most, isWhole, mayBeNull }: NumberField<string>,
  source: ConfigurationSource,
): number | undefined {
  const { value } = node;
  if (value === null && mayBeNull) {
    return undefined;
  }
  if (typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value))) {
    return value;
  }
  throw located(node, source, (line) =>
    isWhole
      ? new AppError("invalid-input", "“{0}”, line {1}: “{2}” must be a whole number from {3} to {4}.", [
          source.fileName,
          line,
          key,
          least,
          most,
        ])
      : new AppError("invalid-input", "“{0}”, line {1}: “{2}” must be a number from {3} to {4}.", [
          source.fileName,
          line,
          key,
          least,
          most,
        ]),
  );
}

function writeNumbers<Name extends string>(
  fields: readonly NumberField<Name>[],
  values: Partial<Record<Name, number | undefined>>,
): Record<string, number | null> {
  return Object.fromEntries(
    fields.filter(({ name }) => name in values).map(({ key, name }) => [key, values[name] ?? null]),
  );
}

function located(
  node: JsonNode,
  source: ConfigurationSource,
  reason: (line: number) => AppError,
): ConfigurationError {
  const position = positionAt(source.text, node.offset);
  return new ConfigurationError(reason(position.line), source.file, position);
}

import * as path from "node:path";
import type { JsonNode, TextPosition } from "../../common/json-text";
import type { Problems } from "./problems";
import type { ModelOutline, PromptOutline, SequenceOutline, SuiteOutline } from "./suite";

/** What can be shown of a suite, also of one that has problems: parts without a name are left out. */
export function outlineOf(root: JsonNode, file: string, problems: Problems): SuiteOutline {
  return {
    file,
    name: nameOf(root) ?? path.basename(file).replace(/\.eval\.\w+$/i, ""),
    position: problems.positionOf(root),
    models: modelOutlines(root, problems),
    sequences: itemsOf(root, "sequences").flatMap((node) => sequenceOutline(node, problems) ?? []),
  };
}

function sequenceOutline(node: JsonNode, problems: Problems): SequenceOutline | undefined {
  const name = nameOf(node);
  const from = node.members?.get("prompts_from");
  const file = from?.members?.get("file")?.value;
  return name === undefined
    ? undefined
    : {
        name,
        position: problems.positionOf(node),
        prompts: itemsOf(node, "prompts").flatMap((item) => promptOutline(item, problems) ?? []),
        ...(from && typeof file === "string"
          ? { promptsFrom: file, checksFrom: checkPositions(from, problems) }
          : {}),
      };
}

function promptOutline(node: JsonNode, problems: Problems): PromptOutline | undefined {
  const name = nameOf(node);
  return name === undefined
    ? undefined
    : { name, position: problems.positionOf(node), checks: checkPositions(node, problems) };
}

function checkPositions(node: JsonNode, problems: Problems): TextPosition[] {
  return itemsOf(node, "checks").map((check) => problems.positionOf(check));
}

function modelOutlines(root: JsonNode, problems: Problems): ModelOutline[] {
  const judge = root.members?.get("judge")?.members?.get("model");
  return [...itemsOf(root, "models"), ...(judge ? [judge] : [])].flatMap(({ value: id, offset, end }) =>
    typeof id === "string"
      ? [{ id, position: problems.positionOf({ offset }), end: problems.positionOf({ offset: end }) }]
      : [],
  );
}

function itemsOf(node: JsonNode, key: string): readonly JsonNode[] {
  return node.members?.get(key)?.items ?? [];
}

function nameOf(node: JsonNode): string | undefined {
  const value = node.members?.get("name")?.value;
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

import * as path from "node:path";
import type { JsonNode } from "../../common/json-text";
import type { Problems } from "./problems";
import type { PromptOutline, SequenceOutline, SuiteOutline } from "./suite";

/** What can be shown of a suite, also of one that has problems: parts without a name are left out. */
export function outlineOf(root: JsonNode, file: string, problems: Problems): SuiteOutline {
  return {
    file,
    name: nameOf(root) ?? path.basename(file).replace(/\.eval\.\w+$/i, ""),
    position: problems.positionOf(root),
    sequences: itemsOf(root, "sequences").flatMap((node) => sequenceOutline(node, problems) ?? []),
  };
}

function sequenceOutline(node: JsonNode, problems: Problems): SequenceOutline | undefined {
  const name = nameOf(node);
  const from = node.members?.get("prompts_from")?.members?.get("file")?.value;
  return name === undefined
    ? undefined
    : {
        name,
        position: problems.positionOf(node),
        prompts: itemsOf(node, "prompts").flatMap((item) => promptOutline(item, problems) ?? []),
        ...(typeof from === "string" ? { promptsFrom: from } : {}),
      };
}

function promptOutline(node: JsonNode, problems: Problems): PromptOutline | undefined {
  const name = nameOf(node);
  const hasChecks = itemsOf(node, "checks").length > 0;
  return name === undefined ? undefined : { name, position: problems.positionOf(node), hasChecks };
}

function itemsOf(node: JsonNode, key: string): readonly JsonNode[] {
  return node.members?.get(key)?.items ?? [];
}

function nameOf(node: JsonNode): string | undefined {
  const value = node.members?.get("name")?.value;
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

import * as os from "node:os";

/** The processor's name as its maker writes it, without the padding; undefined where the system does not know. */
export function processorName(processors: readonly { model: string }[] = os.cpus()): string | undefined {
  const name = processors[0]?.model.replace(/\s+/g, " ").trim() ?? "";
  return name === "" || name === "unknown" ? undefined : name;
}

import { AppError } from "../common/errors";
import { formatBytes } from "../common/format";

interface Holder {
  readonly target: { readonly name: string };
  readonly isBusy: boolean;
  /** Memory that is free again once it is stopped, in bytes; undefined while that is not known. */
  readonly memoryBytes: number | undefined;
}

/** Bytes. */
export interface Shortage {
  needed: number;
  available: number;
}

/** The numbers of an error that says that a model does not fit; undefined for other errors. */
export function shortageOf({ code, facts }: AppError): Shortage | undefined {
  const needed = facts?.["neededBytes"];
  const available = facts?.["availableBytes"];
  return code === "model-too-large" && needed !== undefined && available !== undefined
    ? { needed, available: Math.max(0, available) }
    : undefined;
}

/**
 * Which running models would have to be stopped so that `missingBytes` more are free: one if one is enough,
 * otherwise the largest ones; idle ones are preferred. Empty when even all of them would not be enough.
 */
export function whatToStop<H extends Holder>(missingBytes: number, running: readonly H[]): H[] {
  const bytesOf = (holder: H) => holder.memoryBytes ?? 0;
  const bySize = [...running].sort((a, b) => bytesOf(a) - bytesOf(b));
  const enough = bySize.filter((holder) => bytesOf(holder) >= missingBytes);
  const one = enough.find(({ isBusy }) => !isBusy) ?? enough[0];
  if (one) {
    return [one];
  }
  const chosen: H[] = [];
  let freed = 0;
  for (const holder of bySize.reverse()) {
    chosen.push(holder);
    freed += bytesOf(holder);
    if (freed >= missingBytes) {
      return chosen;
    }
  }
  return [];
}

/** Says by how much the model does not fit, and what could be stopped for it. */
export function tooLargeError(
  name: string,
  { needed, available }: Shortage,
  toStop: readonly Holder[],
  { detail, facts }: AppError,
): AppError {
  const numbers = [name, formatBytes(needed), formatBytes(available)];
  if (toStop.length === 0) {
    return new AppError(
      "model-too-large",
      "{0} needs about {1} of memory, and {2} is free. Close other programs, or choose a smaller model.",
      numbers,
      detail,
      facts,
    );
  }
  const names = toStop.map(({ target, memoryBytes }) => `${target.name} (${formatBytes(memoryBytes ?? 0)})`);
  return new AppError(
    "model-too-large",
    "{0} needs about {1} of memory, and {2} is free. Stop {3}, or choose a smaller model.",
    [...numbers, names.join(", ")],
    detail,
    facts,
  );
}

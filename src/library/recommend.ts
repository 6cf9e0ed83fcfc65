import { estimateMemory } from "./fit";
import { AppError } from "../common/errors";
import type { ModelDetails, ModelVariant } from "./model";

/** Best trade of size for quality first, then what is nearest to it. */
const preference = [
  ["Q4_K_M", "UD-Q4_K_XL", "Q4_K_L", "Q4_K_S", "Q5_K_M", "Q5_K_S", "IQ4_XS", "IQ4_NL", "Q4_0", "Q4_1"],
  ["Q5_0", "Q5_1", "Q6_K", "Q6_K_L", "Q8_0", "Q3_K_L", "Q3_K_M", "IQ3_M", "Q3_K_S"],
  ["q8", "int8", "uint8", "fp16", "q4f16", "q4", "fp32", "bnb4", "F16", "BF16", "F32"],
].flat();

/**
 * The variant most people should take: of those that fit into `memoryBytes`, the one with the preferred
 * quantization. A small model is better at full precision than a 4-bit one, but no one misses it.
 */
export function recommendedVariant(
  variants: readonly ModelVariant[],
  memoryBytes: number,
): ModelVariant | undefined {
  const fitting = variants.filter((variant) => estimateMemory(variant.sizeBytes) <= memoryBytes);
  return [...fitting].sort((a, b) => rank(a) - rank(b) || b.sizeBytes - a.sizeBytes)[0];
}

/** The variant whose label or file a person named, such as `Q4_K_M`. */
export function variantByHint(variants: readonly ModelVariant[], hint: string): ModelVariant | undefined {
  const wanted = hint.toLowerCase();
  return variants.find(
    (variant) => variant.label.toLowerCase() === wanted || variant.primaryFile.toLowerCase() === wanted,
  );
}

/** What to pull: the variant that was named, else the recommended one, else the smallest. @throws AppError */
export function chooseVariant(
  details: Pick<ModelDetails, "repoId" | "variants">,
  primaryFile: string | undefined,
  memoryBytes: number,
): ModelVariant {
  const { repoId, variants } = details;
  if (variants.length === 0) {
    throw new AppError(
      "unsupported-model",
      "“{0}” has no GGUF or ONNX file that can be run here. Search the hub for a conversion of it, such as “{1}”.",
      [repoId, `${repoId.slice(repoId.indexOf("/") + 1)} GGUF`],
    );
  }
  if (primaryFile === undefined) {
    const smallest = variants[0];
    const chosen = recommendedVariant(variants, memoryBytes) ?? smallest;
    if (chosen !== undefined) {
      return chosen;
    }
  }
  const wanted = variants.find((variant) => variant.primaryFile === primaryFile);
  if (wanted === undefined) {
    throw new AppError("file-missing", "“{0}” has no file “{1}” (any more). Choose another file.", [
      repoId,
      primaryFile ?? "",
    ]);
  }
  return wanted;
}

function rank(variant: ModelVariant): number {
  const index = preference.indexOf(variant.label);
  return index < 0 ? preference.length : index;
}

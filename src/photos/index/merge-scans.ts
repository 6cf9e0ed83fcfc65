import { sep } from "node:path";
import type { ScanResult } from "../../protocol/photo-scanner";
import { affectedPaths } from "../scan/walk-changed";

/** What is known after a scan of these paths alone. */
export function mergeScans(
  earlier: ScanResult | undefined,
  scan: ScanResult,
  only: readonly string[],
): ScanResult {
  const affected = affectedPaths(only);
  const isElsewhere = ({ path }: { path: string }) =>
    !affected.some((changed) => path === changed || path.startsWith(changed + sep));
  return {
    ...scan,
    skipped: [...(earlier?.skipped.filter(isElsewhere) ?? []), ...scan.skipped],
    unreadable: [...(earlier?.unreadable.filter(isElsewhere) ?? []), ...scan.unreadable],
  };
}

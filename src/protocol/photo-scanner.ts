import type { Method } from "./rpc";

/** The wire between the extension host and the worker that looks for pictures. */
export type PhotoScannerWire = {
  /** Brings the store in line with the folders. What was recorded before a cut is not done again. */
  scan: Method<ScanRequest, ScanResult, ScanProgress>;
};

export interface ScanRequest {
  roots: ScanRoot[];
  /** Absolute paths of files and folders that changed, to look only at them; everything when left out. */
  only?: string[] | undefined;
}

export interface ScanRoot {
  /** Absolute. */
  folder: string;
  /** As in VS Code's `files.exclude`. */
  excluded: string[];
}

/** Why a picture is not indexed. */
export type SkipReason = "heic" | "jpeg-xl" | "raw" | "unsupported";

/** `found` pictures while walking; then of `changed` ones, so many were `read`. */
export interface ScanProgress {
  found: number;
  changed: number;
  read: number;
}

/** Of what was looked at. */
export interface ScanResult {
  found: number;
  changed: number;
  gone: number;
  skipped: { path: string; reason: SkipReason }[];
  /** Folders and files that the system does not let us see, with its name for why. */
  unreadable: { path: string; code: string }[];
}

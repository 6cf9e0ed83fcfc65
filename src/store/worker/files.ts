import * as nodeFs from "node:fs";
import { errnoCode } from "../../common/errors";

/**
 * The file operations the store is made of. Every one that changes the disk goes through this seam, so
 * that a test can stop or fail the store between any two of them.
 */
export interface Files {
  makeDirectory(path: string): void;
  /** Names in a folder. */
  list(directory: string): string[];
  /** `undefined` when the file does not exist. */
  read(path: string): Buffer | undefined;
  exists(path: string): boolean;
  /** A descriptor for reading and writing; `create` fails if the file exists. */
  open(path: string, mode: "create" | "existing"): number;
  /** In bytes. */
  size(descriptor: number): number;
  /** Fills `bytes` as far as the file goes; returns how many were read. */
  readAt(descriptor: number, bytes: Uint8Array, position: number): number;
  /** Writes all of `bytes`. */
  write(descriptor: number, bytes: Uint8Array, position: number): void;
  truncate(descriptor: number, length: number): void;
  sync(descriptor: number): void;
  close(descriptor: number): void;
  rename(from: string, to: string): void;
  /** Does nothing when the file does not exist. */
  remove(path: string): void;
  /** Makes creations, renames and removals in the folder durable. */
  syncDirectory(directory: string): void;
  /** Writes a whole file and makes its content durable, off the calling thread. */
  writeWhole(path: string, bytes: Uint8Array): Promise<void>;
}

export const diskFiles: Files = {
  makeDirectory: (path) => {
    nodeFs.mkdirSync(path, { recursive: true });
  },
  list: (directory) => nodeFs.readdirSync(directory),
  read: (path) => {
    try {
      return nodeFs.readFileSync(path);
    } catch (error) {
      if (errnoCode(error) === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  },
  open: (path, mode) => nodeFs.openSync(path, mode === "create" ? "wx+" : "r+"),
  exists: (path) => nodeFs.existsSync(path),
  size: (descriptor) => nodeFs.fstatSync(descriptor).size,
  readAt: (descriptor, bytes, position) => {
    let done = 0;
    while (done < bytes.length) {
      const read = nodeFs.readSync(descriptor, bytes, done, bytes.length - done, position + done);
      if (read === 0) {
        break;
      }
      done += read;
    }
    return done;
  },
  write: (descriptor, bytes, position) => {
    for (let written = 0; written < bytes.length;) {
      written += nodeFs.writeSync(descriptor, bytes, written, bytes.length - written, position + written);
    }
  },
  truncate: (descriptor, length) => nodeFs.ftruncateSync(descriptor, length),
  sync: (descriptor) => nodeFs.fsyncSync(descriptor),
  close: (descriptor) => nodeFs.closeSync(descriptor),
  rename: (from, to) => nodeFs.renameSync(from, to),
  remove: (path) => nodeFs.rmSync(path, { force: true }),
  syncDirectory: (directory) => {
    // Windows cannot open a folder for this and orders such changes itself.
    if (process.platform === "win32") {
      return;
    }
    const descriptor = nodeFs.openSync(directory, "r");
    try {
      nodeFs.fsyncSync(descriptor);
    } finally {
      nodeFs.closeSync(descriptor);
    }
  },
  writeWhole: async (path, bytes) => {
    const handle = await nodeFs.promises.open(path, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

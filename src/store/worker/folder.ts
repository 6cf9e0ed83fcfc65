import { join } from "node:path";
import type { Files } from "./files";

/** Names of everything the store keeps in its folder, beside the journal's files. */
export class Folder {
  readonly database: string;
  readonly backup: string;
  readonly lock: string;

  constructor(
    readonly path: string,
    private readonly files: Files,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.database = join(path, "store.sqlite");
    this.backup = join(path, "store.sqlite.backup");
    this.lock = join(path, "store.lock");
  }

  /** Puts a whole file in place in one step: written beside, made durable, renamed. */
  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const beside = `${path}.tmp`;
    try {
      await this.files.writeWhole(beside, bytes);
      this.files.rename(beside, path);
    } catch (error) {
      this.#tryRemove(beside);
      throw error;
    }
    this.files.syncDirectory(this.path);
  }

  /** What a write that was cut off may have left. */
  removeLeftovers(): void {
    this.files.remove(`${this.database}.tmp`);
    this.files.remove(`${this.backup}.tmp`);
  }

  /** A free name for something that is kept for a person to look at: `store.damaged-<time>.sqlite`. */
  asideName(stem: string, reason: "damaged" | "unapplied", extension: string): string {
    const time = this.now().toISOString().replace(/\D/g, "").slice(0, 14);
    const taken = new Set(this.files.list(this.path));
    for (let attempt = 1; ; attempt++) {
      const name = `${stem}.${reason}-${time}${attempt === 1 ? "" : `-${attempt}`}${extension}`;
      if (!taken.has(name)) {
        return join(this.path, name);
      }
    }
  }

  #tryRemove(path: string): void {
    try {
      this.files.remove(path);
    } catch {
      // The next open removes it; what failed before is the error to report.
    }
  }
}

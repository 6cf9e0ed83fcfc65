import * as vscode from "vscode";
import { settlesWithin } from "../common/async";
import { type Disposable, DisposableStore } from "../common/disposable";
import { isAbort, toAppError } from "../common/errors";
import { Emitter } from "../common/event";
import type { Logger } from "../common/logger";
import type { Deployments } from "../engine/deployments";
import type { GraphicsProbe } from "../engine/graphics";
import { processorName } from "../library/hardware";
import { machineInfo } from "../library/machine";
import {
  type GraphicsAnswer,
  type HardwareReport,
  hardwareSections,
  hardwareSummary,
  type HardwareSection,
} from "./hardware-text";
import { describeError } from "./notifications";
import { settings } from "./settings";

/** What this machine has for models, as the surfaces show it. */
export class Hardware implements Disposable {
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<void>());
  /** Fires when the graphics devices are known, or what they have free. */
  readonly onDidChange = this.#changed.event;
  readonly #deployments: Deployments;
  readonly #probe: GraphicsProbe;
  readonly #logger: Logger;
  readonly #processor = processorName();
  #graphics: GraphicsAnswer = { state: "asking" };

  constructor(deployments: Deployments, probe: GraphicsProbe, logger: Logger) {
    this.#deployments = deployments;
    this.#probe = probe;
    this.#logger = logger;
  }

  dispose(): void {
    this.#own.dispose();
  }

  /** As far as it is known at this moment. */
  sections(): HardwareSection[] {
    return hardwareSections(this.#report(), vscode.l10n.t);
  }

  /** One short line. */
  summary(): string {
    return hardwareSummary(this.#report(), vscode.l10n.t);
  }

  /** Asks for the graphics devices. Never rejects: that it failed is part of what is shown. */
  async refresh(): Promise<void> {
    try {
      this.#graphics = { state: "known", info: await this.#probe.ask() };
    } catch (error) {
      if (isAbort(error)) {
        return;
      }
      const reason = toAppError(error);
      this.#logger.error(`hardware: ${reason.message}\n${reason.detail ?? ""}`);
      this.#graphics = { state: "failed", reason: describeError(reason) };
    }
    this.#changed.fire();
  }

  /** Asks for the graphics devices unless they are known; waits no longer than this. */
  async know(milliseconds: number): Promise<void> {
    if (this.#graphics.state !== "known") {
      await settlesWithin(this.refresh(), milliseconds);
    }
  }

  #report(): HardwareReport {
    const { gpu, vramShare } = settings.load();
    return {
      machine: machineInfo(),
      processor: this.#processor,
      graphics: this.#graphics,
      limits: { gpu, vramShare },
      models: this.#deployments.list().flatMap(({ target, status }) =>
        status.state === "running"
          ? [
              {
                name: target.name,
                task: target.load.task,
                loaded: status.loaded,
                memoryBytes: this.#deployments.memoryBytesOf(target.id),
              },
            ]
          : [],
      ),
    };
  }
}

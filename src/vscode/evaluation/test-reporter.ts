import * as vscode from "vscode";
import { SerialQueue } from "../../common/async";
import type { TextPosition } from "../../common/json-text";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { NewCheckResult, StoredEvaluation, StoredResponse } from "../../protocol/store-evaluations";
import type { CheckPlaces } from "./check-places";
import { rangeOf } from "./positions";

const responsesPerMessage = 50;

interface PromptTest {
  item: vscode.TestItem;
  isStarted: boolean;
  responses: StoredResponse[];
  isReported: boolean;
}

/** Tells the Testing view what became of the prompts of one evaluation. */
export class TestReporter {
  readonly #run: vscode.TestRun;
  readonly #store: EvaluationStore;
  readonly #evaluationId: string;
  readonly #placesOf: CheckPlaces;
  readonly #tests: ReadonlyMap<string, PromptTest>;
  readonly #seen = new Set<number>();
  readonly #queue = new SerialQueue();

  constructor(
    run: vscode.TestRun,
    store: EvaluationStore,
    evaluationId: string,
    items: readonly vscode.TestItem[],
    placesOf: CheckPlaces,
  ) {
    this.#placesOf = placesOf;
    this.#run = run;
    this.#store = store;
    this.#evaluationId = evaluationId;
    const testOf = (item: vscode.TestItem): [string, PromptTest] => [
      keyOf(item.parent?.label ?? "", item.label),
      { item, isStarted: false, responses: [], isReported: false },
    ];
    this.#tests = new Map(items.map(testOf));
  }

  /** Reads the responses that are new. */
  update(): Promise<void> {
    return this.#queue.run(() => this.#update()).catch(() => undefined);
  }

  /** For tests that have not all their responses; those that were cancelled, without a reason, are skipped. */
  end(reason: string | undefined): void {
    for (const test of this.#tests.values()) {
      if (test.isReported) {
        continue;
      }
      if (reason === undefined) {
        this.#run.skipped(test.item);
      } else {
        this.#run.errored(test.item, new vscode.TestMessage(reason));
      }
    }
  }

  async #update(): Promise<void> {
    const evaluationId = this.#evaluationId;
    const evaluation = await this.#store.request("getEvaluation", { evaluationId });
    if (!evaluation || evaluation.status === "queued") {
      return;
    }
    for (const test of this.#tests.values()) {
      this.#start(test);
    }
    const { ids } = await this.#store.request("listOutcomes", { evaluationId });
    const fresh = [...ids].filter((id) => !this.#seen.has(id));
    for (let start = 0; start < fresh.length; start += responsesPerMessage) {
      const responseIds = fresh.slice(start, start + responsesPerMessage);
      for (const response of await this.#store.request("getResponses", { responseIds })) {
        this.#add(evaluation, response);
      }
    }
  }

  #start(test: PromptTest): void {
    if (!test.isStarted) {
      test.isStarted = true;
      this.#run.started(test.item);
    }
  }

  #add(evaluation: StoredEvaluation, response: StoredResponse): void {
    this.#seen.add(response.id);
    const test = this.#tests.get(keyOf(response.sequenceName, response.promptName));
    if (!test || test.isReported) {
      return;
    }
    test.responses.push(response);
    const text = response.status === "ok" ? response.text : (response.error ?? "");
    const output = `${titleOf(evaluation, response)}\n${text}\n\n`;
    this.#run.appendOutput(output.replace(/\r?\n/g, "\r\n"), undefined, test.item);
    if (test.responses.length >= evaluation.models.length * runsOf(evaluation)) {
      this.#report(evaluation, test);
    }
  }

  #report(evaluation: StoredEvaluation, test: PromptTest): void {
    test.isReported = true;
    const { item, responses } = test;
    const places = this.#placesOf(item.parent?.label ?? "", item.label);
    const duration = responses.reduce((sum, { generationMs }) => sum + (generationMs ?? 0), 0);
    const errors = responses.filter(({ status }) => status !== "ok");
    const failures = responses.flatMap((response) =>
      response.status === "ok"
        ? response.checks.flatMap((check, index) =>
            check.passed === true
              ? []
              : [messageOf(item, places[index], titleOf(evaluation, response), response, check)],
          )
        : [
            located(
              item,
              item.range,
              new vscode.TestMessage(`${titleOf(evaluation, response)}: ${response.error ?? ""}`),
            ),
          ],
    );
    const isUntold = responses.some(({ checks }) => checks.some(({ passed }) => passed === undefined));
    if (failures.length === 0) {
      this.#run.passed(item, duration);
    } else if (errors.length > 0 || isUntold) {
      this.#run.errored(item, failures, duration);
    } else {
      this.#run.failed(item, failures, duration);
    }
  }
}

function keyOf(sequence: string, prompt: string): string {
  return JSON.stringify([sequence, prompt]);
}

/** `Demo Chat Q8_0, run 2`. */
function titleOf({ models }: StoredEvaluation, { model, run }: StoredResponse): string {
  return vscode.l10n.t("{0}, run {1}", models[model]?.name ?? "", run);
}

function runsOf({ settings }: StoredEvaluation): number {
  return Number(settings["numRuns"] ?? 1);
}

/** A check is shown where it stands, unless that is not known. */
function messageOf(
  item: vscode.TestItem,
  place: TextPosition | undefined,
  title: string,
  { text }: StoredResponse,
  { kind, expected, actual, message }: NewCheckResult,
): vscode.TestMessage {
  const sentence = `${title}: ${message ?? kind}`;
  const range = place ? rangeOf(place) : item.range;
  return located(item, range, vscode.TestMessage.diff(sentence, expected, actual ?? text));
}

function located(
  { uri }: vscode.TestItem,
  range: vscode.Range | undefined,
  message: vscode.TestMessage,
): vscode.TestMessage {
  if (uri && range) {
    message.location = new vscode.Location(uri, range);
  }
  return message;
}

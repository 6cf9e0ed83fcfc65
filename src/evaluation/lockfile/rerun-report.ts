import { AppError } from "../../common/errors";
import type { OutcomeColumns, ResponseKey } from "../../protocol/store-evaluations";
import { keyAt } from "../run/plan";
import type { EvaluationStore } from "../run/run-options";
import { compareLockfiles, type Drift, driftOf, type EnvironmentDifference } from "./compare";
import type { Lockfile } from "./lockfile";

export interface RerunReport {
  differences: EnvironmentDifference[];
  /** In the order of model, sequence, run and prompt. */
  responses: RerunResponse[];
  identical: number;
  drifted: number;
  missing: number;
}

export interface RerunResponse extends ResponseKey {
  drift: Drift;
  /** Ids of the two responses; undefined where there is none, or none that is ok. */
  before: number | undefined;
  after: number | undefined;
}

const responsesPerMessage = 100;

/** How the responses of an evaluation came out when it was repeated, and what may be the reason. */
export async function rerunReport(
  store: EvaluationStore,
  beforeId: string,
  afterId: string,
): Promise<RerunReport> {
  const [before, after] = [await outcomesOf(store, beforeId), await outcomesOf(store, afterId)];
  const pairs = new Map<string, Omit<RerunResponse, "drift">>();
  collect(before, (key, id) => pairs.set(nameOf(key), { ...key, before: id, after: undefined }));
  collect(after, (key, id) => {
    const pair = pairs.get(nameOf(key));
    pairs.set(nameOf(key), { ...key, before: pair?.before, after: id });
  });
  const responses: RerunResponse[] = [];
  const all = [...pairs.values()];
  for (let start = 0; start < all.length; start += responsesPerMessage) {
    const some = all.slice(start, start + responsesPerMessage);
    const responseIds = some.flatMap((pair) => [pair.before ?? [], pair.after ?? []].flat());
    const texts = new Map(
      (await store.request("getResponses", { responseIds })).map(({ id, text }) => [id, text]),
    );
    const textOf = (id: number | undefined) => (id === undefined ? undefined : texts.get(id));
    for (const pair of some) {
      responses.push({
        ...pair,
        drift: driftOf({ before: textOf(pair.before), after: textOf(pair.after) }),
      });
    }
  }
  const count = (drift: Drift) => responses.filter((response) => response.drift === drift).length;
  return {
    differences: compareLockfiles(await lockfileOf(store, beforeId), await lockfileOf(store, afterId)),
    responses,
    identical: count("identical"),
    drifted: count("drifted"),
    missing: count("missing"),
  };
}

/** Of responses that are not ok the place alone. */
function collect(outcomes: OutcomeColumns, add: (key: ResponseKey, id: number | undefined) => void): void {
  outcomes.ids.forEach((id, index) =>
    add(keyAt(outcomes, index), outcomes.statuses[index] === 0 ? id : undefined),
  );
}

function outcomesOf(store: EvaluationStore, evaluationId: string): Promise<OutcomeColumns> {
  return store.request("listOutcomes", { evaluationId });
}

async function lockfileOf(store: EvaluationStore, evaluationId: string): Promise<Lockfile> {
  const evaluation = await store.request("getEvaluation", { evaluationId });
  if (evaluation?.lockfile === undefined) {
    throw new AppError(
      "invalid-input",
      "The evaluation has no lockfile, because none of its models was loaded.",
    );
  }
  return JSON.parse(evaluation.lockfile) as Lockfile;
}

function nameOf({ model, sequence, run, prompt }: ResponseKey): string {
  return `${model} ${sequence} ${run} ${prompt}`;
}

import type { PromptPlace, Reading, ReadRequest, ReadResponse } from "../../protocol/evaluation-view";
import { meanScores } from "../results";
import type { EvaluationStore } from "../run/run-options";
import { mean } from "../statistics/summary";
import { diffWords } from "../statistics/word-diff";
import { readEvaluation } from "./sides";

/** What both sides wrote to one prompt. */
export async function readBoth(
  store: EvaluationStore,
  { first, second, place }: ReadRequest,
): Promise<Reading> {
  const [ofFirst, ofSecond] = await Promise.all([
    readOne(store, first, place),
    readOne(store, second, place),
  ]);
  const parts = ofFirst && ofSecond ? diffWords(ofFirst.text, ofSecond.text) : null;
  return { first: ofFirst, second: ofSecond, parts };
}

/** Null where the side has no such prompt, or no response to it yet. */
async function readOne(
  store: EvaluationStore,
  { evaluationId, model, run }: ReadRequest["first"],
  place: PromptPlace,
): Promise<ReadResponse | null> {
  const { suite } = await readEvaluation(store, evaluationId);
  const sequence = suite.sequences.findIndex(({ name }) => name === place.sequence);
  const prompt = suite.sequences[sequence]?.prompts.findIndex(({ name }) => name === place.prompt) ?? -1;
  if (prompt < 0) {
    return null;
  }
  const { rows } = await store.request("listResponses", {
    evaluationId,
    filter: { model, sequence, run, prompt },
    sort: "position",
    isDescending: false,
    offset: 0,
    limit: 1,
  });
  const responseIds = rows.map(({ id }) => id);
  const [[response], scores] = await Promise.all([
    store.request("getResponses", { responseIds }),
    store.request("getScores", { responseIds }),
  ]);
  if (!response) {
    return null;
  }
  const { id, promptText, text, status, error, checks, generatedTokens } = response;
  return {
    ...{ id, promptText, text, status },
    error: error ?? null,
    score: mean([...meanScores(scores).values()]) ?? null,
    checksPassed: checks.filter(({ passed }) => passed === true).length,
    checksTold: checks.filter(({ passed }) => passed !== undefined).length,
    generatedTokens: generatedTokens ?? null,
  };
}

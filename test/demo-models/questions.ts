import type { Deployments } from "../../src/engine/deployments";
import type { ChatTurn, JsonSchema } from "../../src/protocol/engine";
import { greedy } from "../support/engines";

/** A line of a chat model's held-out set; the last message is the question. */
export interface Question {
  messages: { role: ChatTurn["role"]; content: string }[];
  expect: { equals?: string[]; contains?: string[] };
}

/** A line of a judge's held-out set. */
export interface JudgedQuestion {
  messages: Question["messages"];
  expect: { score: number };
}

/** The share of questions that the deployed model answers rightly, always with its likeliest words. */
export async function rightShare(
  deployments: Deployments,
  questions: Question[],
  before: ChatTurn[] = [],
): Promise<number> {
  let right = 0;
  for (const { messages, expect } of questions) {
    const turns = [...before, ...turnsOf(messages)];
    const { text } = await deployments.chat("model", { turns, sampling: greedy }, {});
    right += isRight(expect, text.trim()) ? 1 : 0;
  }
  return right / questions.length;
}

const scoreSchema: JsonSchema = {
  type: "object",
  properties: { score: { type: "integer", enum: [1, 2, 3, 4, 5] } },
  required: ["score"],
  additionalProperties: false,
};

/** The scores that the deployed model gives, held to a JSON schema. */
export async function judgeScores(deployments: Deployments, questions: JudgedQuestion[]): Promise<number[]> {
  const scores: number[] = [];
  for (const { messages } of questions) {
    const params = { turns: turnsOf(messages), sampling: greedy, responseSchema: scoreSchema };
    const { text } = await deployments.chat("model", params, {});
    scores.push((JSON.parse(text) as { score: number }).score);
  }
  return scores;
}

function turnsOf(messages: Question["messages"]): ChatTurn[] {
  return messages.map(({ role, content }) => ({ role, text: content }));
}

function isRight({ equals, contains = [] }: Question["expect"], answer: string): boolean {
  return equals?.includes(answer) ?? contains.every((part) => answer.includes(part));
}

/** Spearman's rank correlation, -1…1; equal numbers share a rank. */
export function rankCorrelation(one: number[], other: number[]): number {
  const [a, b] = [centredRanks(one), centredRanks(other)];
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

function centredRanks(values: number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = (values.length - 1) / 2;
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 - mean);
}

function product(one: number[], other: number[]): number {
  return one.reduce((sum, value, index) => sum + value * other[index]!, 0);
}

import type {
  ResponseFilter,
  ResponseRow,
  ResponseSort,
  ResponseWindow,
} from "../../../protocol/store-evaluations";
import type { Query } from "../commits";
import type { SqlValue } from "../journal-codec";
import { optionalNumber } from "./columns";
import { withChecks } from "./responses";

/** A table shows the beginning of a text. */
const shownCharacters = 500;

const byPosition = "model_index, sequence_index, run, prompt_index";
const orders: Record<ResponseSort, string> = {
  position: byPosition,
  score: "score",
  tokens: "generated_tokens",
  generation: "generation_ms",
  firstToken: "first_token_ms",
  speed: "tokens_per_second",
};
const scoreOfResponse = "(SELECT avg(score) FROM scores WHERE response_id = responses.id)";

/** Of a table of responses, the lines from `offset` on. Those without a value come last. */
export function listResponses({
  evaluationId,
  filter,
  sort,
  isDescending,
  offset,
  limit,
}: ResponseWindow): Query<{ total: number; rows: ResponseRow[] }> {
  const { where, params } = conditionOf(evaluationId, filter);
  const direction = isDescending ? "DESC" : "ASC";
  const order =
    sort === "position"
      ? byPosition.replaceAll(/\w+/g, (column) => `${column} ${direction}`)
      : `${orders[sort]} IS NULL, ${orders[sort]} ${direction}, ${byPosition}`;
  return ({ query }) => {
    const total = Number(
      query(`SELECT count(*) AS count FROM responses WHERE ${where}`, params)[0]?.["count"],
    );
    const rows = query(
      `SELECT id, model_index, sequence_index, run, prompt_index, model, sequence, prompt_name,
         substr(prompt, 1, ${shownCharacters}) AS prompt, substr(response, 1, ${shownCharacters}) AS response,
         length(response) AS characters, status, error_code, error, stop_reason, prompt_tokens,
         generated_tokens, generation_ms, first_token_ms, tokens_per_second, seed, created_at,
         ${scoreOfResponse} AS score
       FROM responses WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
      [...params, limit, offset],
    );
    return {
      total,
      rows: withChecks(query, rows).map((response, index) => ({
        ...response,
        characters: Number(rows[index]?.["characters"]),
        score: optionalNumber(rows[index]?.["score"]),
      })),
    };
  };
}

function conditionOf(
  evaluationId: string,
  { model, sequence, run, prompt, status, hasFailedCheck, contains }: ResponseFilter,
): { where: string; params: SqlValue[] } {
  const conditions = ["evaluation_id = ?"];
  const params: SqlValue[] = [evaluationId];
  const columns = { model_index: model, sequence_index: sequence, run, prompt_index: prompt, status };
  for (const [column, value] of Object.entries(columns)) {
    if (value !== undefined) {
      conditions.push(`${column} = ?`);
      params.push(value);
    }
  }
  if (hasFailedCheck !== undefined) {
    const failed = "EXISTS (SELECT 1 FROM checks WHERE response_id = responses.id AND passed = 0)";
    conditions.push(hasFailedCheck ? failed : `NOT ${failed}`);
  }
  if (contains !== undefined && contains !== "") {
    conditions.push("instr(lower(response), lower(?)) > 0");
    params.push(contains);
  }
  return { where: conditions.join(" AND "), params };
}

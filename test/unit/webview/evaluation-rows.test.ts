import assert from "node:assert/strict";
import { AppError } from "../../../src/common/errors";
import type { ResponseLine, ResponseLinesRequest } from "../../../src/protocol/evaluation-view";
import type { Request } from "../../../webview-ui/evaluation/client";
import { ResponseRows, type RowsState } from "../../../webview-ui/evaluation/response-rows";
import { emptyTable, type TableQuery } from "../../../webview-ui/evaluation/view-state";

/** A host whose rows are numbers; each request waits until it is answered. */
function connect(total = 1000) {
  const open: {
    params: ResponseLinesRequest;
    signal: AbortSignal;
    answer: (total?: number) => void;
    fail: (error: AppError) => void;
  }[] = [];
  const request = ((_method: string, params: ResponseLinesRequest, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      open.push({
        params,
        signal,
        answer: (now = total) =>
          resolve({
            total: now,
            lines: Array.from(
              { length: Math.max(0, Math.min(params.limit, now - params.offset)) },
              (_, index) => ({
                id: params.offset + index,
                text: params.filter.contains ?? "",
              }),
            ),
          }),
        fail: reject,
      });
    })) as unknown as Request;
  const rows = new ResponseRows({ evaluationId: "a", request, query: emptyTable, typingMs: 15 });
  const states: RowsState[] = [];
  rows.onChange((state) => states.push(state));
  return { rows, open, states };
}

const rest = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));
const asks = (contains: string): TableQuery => ({ ...emptyTable, filter: { contains } });
const idOf = (line: ResponseLine | undefined) => line?.id;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await rest(1);
  }
}

/** Rows of the first query are there. */
async function loaded(total?: number) {
  const connected = connect(total);
  connected.rows.setQuery(emptyTable);
  await until(() => connected.open.length === 1);
  connected.open[0]!.answer();
  await until(() => connected.rows.state.total !== null);
  return connected;
}

describe("rows of the response table", () => {
  it("loads the first page, then the pages that are looked at", async () => {
    const { rows, open } = await loaded();
    assert.deepEqual(
      [rows.state.total, rows.state.isSearching, idOf(rows.get(99)), rows.get(100)],
      [1000, false, 99, undefined],
    );
    rows.show(190, 310);
    await until(() => open.length === 3);
    assert.deepEqual(
      open.slice(1).map(({ params }) => params.offset),
      [100, 200],
    );
    open[1]!.answer();
    open[2]!.answer();
    await until(() => rows.get(205) !== undefined && open.length === 4);
    assert.equal(open[3]!.params.offset, 300);
    rows.dispose();
    assert.equal(open[3]!.signal.aborted, true);
  });

  it("keeps the old rows while another query is under way", async () => {
    const { rows, open } = await loaded();
    rows.setQuery(asks("bell"));
    assert.deepEqual(
      [rows.state.isSearching, rows.state.query.filter.contains, idOf(rows.get(3))],
      [true, "bell", 3],
    );
    await until(() => open.length === 2);
    assert.equal(idOf(rows.get(3)), 3);
    open[1]!.answer(2);
    await until(() => !rows.state.isSearching);
    assert.deepEqual([rows.state.total, rows.get(0)?.text, rows.get(2)], [2, "bell", undefined]);
    rows.dispose();
  });

  it("asks once for what is typed, and cancels what is overtaken", async () => {
    const { rows, open } = await loaded();
    rows.setQuery(asks("b"), true);
    rows.setQuery(asks("be"), true);
    rows.setQuery(asks("bell"), true);
    await until(() => open.length === 2);
    assert.equal(open[1]!.params.filter.contains, "bell");
    rows.setQuery(asks("bells"), true);
    assert.equal(open[1]!.signal.aborted, true);
    open[1]!.answer(1);
    await until(() => open.length === 3);
    open[2]!.answer(7);
    await until(() => !rows.state.isSearching);
    assert.deepEqual([rows.state.total, rows.get(0)?.text], [7, "bells"]);
    rows.dispose();
  });

  it("reads what is looked at anew, and once more for what changed meanwhile", async () => {
    const { rows, open } = await loaded();
    rows.show(0, 20);
    void rows.refresh();
    void rows.refresh();
    void rows.refresh();
    await until(() => open.length === 2);
    open[1]!.answer(1001);
    await until(() => open.length === 3);
    assert.equal(rows.state.total, 1001);
    open[2]!.answer(1002);
    await until(() => rows.state.total === 1002);
    await rest();
    assert.equal(open.length, 3);
    rows.dispose();
  });

  it("says why there are no rows, and keeps those that were there", async () => {
    const { rows, open } = await loaded();
    rows.setQuery(asks("x"));
    await until(() => open.length === 2);
    open[1]!.fail(new AppError("store-damaged", "The database is damaged."));
    await until(() => rows.state.error !== null);
    assert.deepEqual(
      [rows.state.error?.code, rows.state.isSearching, idOf(rows.get(3))],
      ["store-damaged", false, 3],
    );
    rows.setQuery(asks("x"));
    await until(() => open.length === 3);
    open[2]!.answer(0);
    await until(() => rows.state.total === 0);
    assert.equal(rows.state.error, null);
    rows.dispose();
  });
});

import assert from "node:assert/strict";
import { Cancellations } from "../../../src/vscode/cancellations";

describe("jobs that can be cancelled from elsewhere", () => {
  it("get the cancel of their own key only", async () => {
    const cancellations = new Cancellations();
    const ended = { a: false, b: false };
    const job = (key: "a" | "b") =>
      cancellations.run(key, key, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        ended[key] = true;
      });
    const jobs = [job("a"), job("b")];
    cancellations.cancel("a");
    await jobs[0];
    assert.deepEqual(ended, { a: true, b: false });
    cancellations.cancelAll();
    await jobs[1];
  });

  it("are refused a second time while they run, and the first stays cancellable", async () => {
    const cancellations = new Cancellations();
    const first = cancellations.run("a", "A", async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
    await assert.rejects(
      cancellations.run("a", "A", () => Promise.resolve()),
      { code: "model-busy" },
    );
    cancellations.cancel("a");
    await first;
    await cancellations.run("a", "A", () => Promise.resolve());
  });
});

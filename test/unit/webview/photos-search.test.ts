import assert from "node:assert/strict";
import { abortError, AppError } from "../../../src/common/errors";
import { selectAll, selectOnly } from "../../../webview-ui/photos/grid/selection";
import { settle } from "../../support/page-wire";
import { loaded, range, refreshMs, rest, typingMs, view } from "../../support/photos-page";

describe("photo search", () => {
  it("waits for typing to rest", async () => {
    const { search, searches } = await loaded();
    for (const text of ["b", "be", "bea"]) {
      search.setQuery({ text }, "afterTyping");
    }
    assert.equal(search.state.query.text, "bea");
    await rest(typingMs * 3);
    assert.deepEqual(
      searches.map(({ text }) => text),
      ["", "bea"],
    );
  });

  it("never replaces newer results by older ones", async () => {
    const release: (() => void)[] = [];
    const answered: string[] = [];
    const { search } = await loaded({
      overrides: {
        search: async ({ text }) => {
          if (text === "slow") {
            await new Promise<void>((resolve) => release.push(resolve));
          }
          answered.push(text);
          return { resultsId: 0, count: 0, likely: 0 };
        },
      },
    });
    search.setQuery({ text: "slow" });
    await settle();
    search.setQuery({ text: "fast" });
    await settle();
    assert.equal(search.state.answered?.query.text, "fast");
    release.forEach((finish) => finish());
    await settle();
    assert.deepEqual(answered, ["", "fast", "slow"]);
    assert.equal(search.state.answered.query.text, "fast");
    assert.equal(search.state.isSearching, false);
  });

  it("cancels a search that is not wanted any more", async () => {
    let cancelled = 0;
    const { search } = await loaded({
      overrides: {
        search: ({ text }, { signal }) =>
          text === ""
            ? { resultsId: 0, count: 0, likely: 0 }
            : new Promise((_resolve, reject) => {
                signal.addEventListener("abort", () => {
                  cancelled++;
                  reject(abortError());
                });
              }),
      },
    });
    search.setQuery({ text: "a" });
    await settle();
    search.setQuery({ text: "ab" });
    await settle();
    assert.equal(cancelled, 1);
    assert.equal(search.state.isSearching, true);
    assert.equal(search.state.error, null);
  });

  it("says that a query failed, until a later one succeeds", async () => {
    let fails = true;
    const { client, search } = await loaded({
      overrides: {
        search: () => {
          if (fails) {
            throw new AppError("engine-crashed", "The model ended.");
          }
          return { resultsId: 0, count: 0, likely: 0 };
        },
      },
    });
    assert.equal(search.state.error?.code, "engine-crashed");
    assert.equal(client.state.notices.length, 0);
    fails = false;
    await search.run();
    assert.equal(search.state.error, null);
    assert.equal(search.state.isSearching, false);
  });

  it("tries a failed query again by itself when the index changes", async () => {
    let fails = true;
    const { search, changeIndex } = await loaded({
      overrides: {
        search: () => {
          if (fails) {
            throw new AppError("engine-crashed", "The model ended.");
          }
          return { resultsId: 0, count: 0, likely: 0 };
        },
      },
    });
    fails = false;
    await changeIndex(2);
    assert.equal(search.state.error, null);
    assert.equal(search.state.answered?.results.count, 0);
  });

  it("forgets selection and place with a new query", async () => {
    const { search } = await loaded({ ids: range(0, 500) });
    search.setVisible(200, 260, 220);
    search.select(selectOnly(230));
    search.setShowsLess(true);
    search.setQuery({ text: "beach" });
    await settle();
    assert.deepEqual(search.state.selection.ranges, []);
    assert.equal(search.state.place.index, 0);
    assert.equal(search.state.place.insteadOf, undefined);
    assert.equal(search.state.showsLess, false);
  });

  it("has what is seen first when the results appear", async () => {
    const { search } = await loaded({ ids: range(0, 500) });
    const seen: boolean[] = [];
    search.onChange(({ answered }) => seen.push(answered !== null && search.item(0) !== undefined));
    search.setQuery({ text: "beach" });
    await settle();
    assert.ok(seen.length > 0 && seen.every((isThere) => isThere));
  });

  it("gives the ids of a hundred thousand selected pictures in one request", async () => {
    const { search, asked } = await loaded({ ids: range(0, 100_000) });
    search.select(selectAll(search.state.selection, 100_000));
    assert.equal((await search.selectedIds()).length, 100_000);
    assert.equal(asked.filter(([method]) => method === "ids").length, 1);
    search.select(selectOnly(42));
    assert.deepEqual(await search.selectedIds(), [42]);
    assert.equal(asked.filter(([method]) => method === "ids").length, 1);
  });
});

describe("photo search while the index changes", () => {
  it("keeps place, focus and selection on their pictures", async () => {
    const { search, host, changeIndex } = await loaded({ ids: range(0, 500) });
    search.setVisible(200, 260, 220);
    search.select({ ranges: [{ from: 230, to: 232 }], active: 400, anchor: 400 });
    host.ids = [900, 901, ...range(0, 231), ...range(300, 500)];
    await changeIndex(2);
    const { place, selection } = search.state;
    assert.deepEqual([place.index, place.insteadOf], [222, 220]);
    assert.deepEqual(selection.ranges, [{ from: 232, to: 233 }]);
    assert.equal(search.item(selection.active)?.photoId ?? host.ids[selection.active], 400);
    assert.equal(search.item(222)?.photoId, 220);
  });

  it("shows what is new to someone at the very beginning", async () => {
    const { search, host, changeIndex } = await loaded();
    search.setVisible(0, 10, 0);
    host.ids = [900, ...host.ids];
    await changeIndex(2);
    assert.equal(search.state.place.index, 0);
    assert.equal(search.item(0)?.photoId, 900);
  });

  it("survives that everything is gone", async () => {
    const { search, host, changeIndex } = await loaded({ ids: range(0, 500) });
    search.setVisible(200, 260, 220);
    search.select(selectOnly(230));
    host.ids = [];
    await changeIndex(2);
    assert.equal(search.state.answered?.results.count, 0);
    assert.deepEqual(search.state.selection, { ranges: [], active: 0, anchor: 0 });
    assert.equal(search.state.place.index, 0);
  });

  it("lets go of a selection that cannot be known any more", async () => {
    const { search, changeIndex, client } = await loaded({
      ids: range(0, 500),
      overrides: {
        ids: () => {
          throw new AppError("invalid-input", "These results are gone.");
        },
      },
    });
    search.select(selectAll(search.state.selection, 500));
    await changeIndex(2);
    assert.deepEqual(search.state.selection.ranges, []);
    assert.equal(client.state.notices.length, 0);
  });

  it("searches again only after a rest, however often it changes", async () => {
    const { searches, changeIndex } = await loaded();
    for (let revision = 2; revision < 8; revision++) {
      await changeIndex(revision);
    }
    assert.equal(searches.length, 2);
    await rest(refreshMs * 3);
    assert.equal(searches.length, 3);
    await rest(refreshMs * 3);
    assert.equal(searches.length, 3);
  });

  it("does not search for a state that changes nothing", async () => {
    const { searches, changeIndex } = await loaded();
    await changeIndex(1);
    assert.equal(searches.length, 1);
  });

  it("gives way to what is typed", async () => {
    const { search, searches, changeIndex } = await loaded();
    search.setQuery({ text: "beach" }, "afterTyping");
    await changeIndex(2);
    assert.equal(searches.length, 1);
    await rest(typingMs * 3);
    assert.deepEqual(
      searches.map(({ text }) => text),
      ["", "beach"],
    );
  });

  it("does not move a selection that was made meanwhile", async () => {
    const release: (() => void)[] = [];
    const { search, peer } = await loaded({
      ids: range(0, 50),
      overrides: {
        locate: async ({ photoIds }) => {
          await new Promise<void>((resolve) => release.push(resolve));
          return photoIds.map((id) => id + 1);
        },
      },
    });
    peer.notify("state", { ...view, revision: 2 });
    await settle();
    search.select(selectOnly(7));
    release.forEach((finish) => finish());
    await settle();
    assert.deepEqual(search.state.selection, { ranges: [], active: 7, anchor: 7 });
  });
});

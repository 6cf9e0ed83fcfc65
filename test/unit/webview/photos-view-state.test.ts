import assert from "node:assert/strict";
import { AppError } from "../../../src/common/errors";
import type { IndexState, PhotoQuery, PhotosViewState } from "../../../src/protocol/photos-view";
import { parseSavedState, thumbnailSizes } from "../../../webview-ui/photos/saved-state";
import {
  activeParts,
  addPictures,
  changeFilter,
  dayOf,
  emptyQuery,
  endOfDay,
  folderText,
  isRanked,
  middleOf,
  nextWeight,
  setWeight,
  shownCount,
  sizeClasses,
  sizeClassOf,
  startOfDay,
  withoutPart,
} from "../../../webview-ui/photos/view-state";

const view = (index: IndexState, pictures: number): PhotosViewState => ({
  folders: [],
  index,
  model: null,
  counts: { pictures, searchable: pictures, captions: 0, problems: 0, skipped: 0 },
  hasCaptioner: false,
  revision: 1,
});

const ready = view({ type: "ready" }, 10);

function outcome(count: number, likely: number, query: Partial<PhotoQuery> = {}) {
  const answered = { query: { ...emptyQuery, ...query }, results: { resultsId: 1, count, likely } };
  return { answered, error: null, showsLess: false };
}

describe("photo filters", () => {
  it("say which parts are active", () => {
    assert.deepEqual(activeParts({}), []);
    assert.deepEqual(activeParts({ formats: [] }), []);
    const all = { folder: "/a", to: 5, formats: ["png"], atLeast: 1 };
    assert.deepEqual(activeParts(all), ["folder", "date", "formats", "size"]);
  });

  it("lose one part and keep the others", () => {
    const filter = { folder: "/a", from: 1, to: 5, atMost: 9 };
    assert.deepEqual(withoutPart(filter, "date"), { folder: "/a", atMost: 9 });
    assert.deepEqual(withoutPart(filter, "size"), { folder: "/a", from: 1, to: 5 });
  });

  it("hold no empty values, which the wire would not keep", () => {
    assert.deepEqual(
      changeFilter({ folder: "/a", formats: ["png"] }, { folder: undefined, formats: [] }),
      {},
    );
    assert.deepEqual(changeFilter({ from: 1 }, { to: 2 }), { from: 1, to: 2 });
    assert.deepEqual(changeFilter({}, { from: 0 }), { from: 0 });
  });

  it("know the classes of sizes", () => {
    sizeClasses.forEach((each, index) => assert.equal(sizeClassOf({ folder: "/a", ...each }), index));
    assert.equal(sizeClassOf({}), -1);
    assert.equal(sizeClassOf({ atLeast: 5 }), -1);
  });

  it("name folders as the workspace does", () => {
    const one = [{ name: "work", path: "/home/me/work" }];
    const two = [...one, { name: "more", path: "/home/me/work-2" }];
    assert.equal(folderText("/home/me/work", one), "work");
    assert.equal(folderText("/home/me/work/a/b", one), "a/b");
    assert.equal(folderText("/home/me/work-2/a", two), "more/a");
    assert.equal(folderText("/elsewhere", two), "/elsewhere");
    assert.equal(folderText("c:\\w\\a", [{ name: "w", path: "c:\\w" }]), "a");
  });

  it("take whole local days", () => {
    const start = startOfDay("2024-02-29");
    const end = endOfDay("2024-02-29");
    assert.ok(start !== undefined && end !== undefined);
    assert.equal(new Date(start).getHours(), 0);
    assert.equal(new Date(end + 1).getDate(), 1);
    assert.equal(dayOf(start), "2024-02-29");
    assert.equal(dayOf(end), "2024-02-29");
    for (const nonsense of ["", "yesterday", "2024-2-9"]) {
      assert.equal(startOfDay(nonsense), undefined);
      assert.equal(endOfDay(nonsense), undefined);
    }
    assert.equal(dayOf(undefined), "");
  });
});

describe("photo queries", () => {
  const picture = (pictureId: string) => ({ pictureId, name: pictureId, thumbnail: "" });

  it("are ranked when there is something to compare with", () => {
    assert.ok(!isRanked(emptyQuery));
    assert.ok(!isRanked({ ...emptyQuery, text: "  " }));
    assert.ok(isRanked({ ...emptyQuery, text: "a" }));
    assert.ok(isRanked(addPictures(emptyQuery, [picture("a")])));
  });

  it("hold each picture once", () => {
    const query = setWeight(addPictures(emptyQuery, [picture("a")]), "a", 2);
    assert.deepEqual(addPictures(query, [picture("a"), picture("b")]).pictures, [
      { pictureId: "a", weight: 2 },
      { pictureId: "b", weight: 1 },
    ]);
    assert.deepEqual(setWeight(query, "a", null).pictures, []);
    assert.deepEqual(setWeight(query, "unknown", 3), query);
  });

  it("are weighted in steps that never reach zero", () => {
    assert.equal(nextWeight(1, 1), 2);
    assert.equal(nextWeight(0.5, -1), -0.5);
    assert.equal(nextWeight(-0.5, 1), 0.5);
    assert.equal(nextWeight(3, 1), undefined);
    assert.equal(nextWeight(-3, -1), undefined);
    assert.equal(nextWeight(1.2, 1), 2);
  });
});

describe("the middle of the photo page", () => {
  const nothing = { answered: null, error: null, showsLess: false };

  it("says how to begin where nothing is indexed", () => {
    assert.equal(middleOf(view({ type: "none" }, 0), outcome(0, 0)), "welcome");
    assert.equal(middleOf(view({ type: "needsModel", waiting: 3 }, 0), nothing), "welcome");
    assert.equal(middleOf(view({ type: "scanning", found: 3 }, 0), nothing), "firstScan");
    assert.equal(middleOf(view({ type: "ready" }, 0), outcome(0, 0)), "noPictures");
  });

  it("shows results as soon as there are some, while indexing goes on", () => {
    const indexing = { type: "indexing", done: 1, total: 9, perSecond: 1, secondsLeft: null } as const;
    assert.equal(middleOf(view(indexing, 0), outcome(5, 5)), "grid");
    assert.equal(middleOf(view(indexing, 5), nothing), "waiting");
    assert.equal(middleOf(view(indexing, 5), outcome(0, 0)), "firstScan");
    assert.equal(middleOf(view(indexing, 5), outcome(0, 0, { text: "a" })), "nothingFound");
  });

  it("says honestly that nothing looks like that, until the rest is wanted", () => {
    const found = outcome(10, 0, { text: "zebra" });
    assert.equal(middleOf(ready, found), "nothingLikely");
    assert.equal(middleOf(ready, { ...found, showsLess: true }), "grid");
    assert.equal(shownCount(found.answered.results, false), 0);
    assert.equal(shownCount(found.answered.results, true), 10);
  });

  it("says why there is nothing", () => {
    assert.equal(middleOf(ready, outcome(0, 0, { filter: { formats: ["svg"] } })), "nothingFiltered");
    assert.equal(middleOf(ready, outcome(0, 0, { view: "duplicates" })), "noDuplicates");
    assert.equal(middleOf(ready, outcome(0, 0, { view: "unused" })), "noUnused");
    assert.equal(middleOf(ready, outcome(0, 0, { text: "a" })), "nothingFound");
  });

  it("never shows older results for a query that failed", () => {
    const error = new AppError("engine-crashed", "The model ended.");
    assert.equal(middleOf(ready, { ...outcome(5, 5), error }), "failed");
  });
});

describe("the photo page's saved state", () => {
  it("comes back as it was saved", () => {
    const saved = {
      query: {
        text: "beach",
        pictures: [{ pictureId: "a", weight: -1 }],
        filter: { folder: "/a", from: 1, to: 2, formats: ["png", "svg"], atLeast: 3, atMost: 4 },
        sort: "name",
        view: "unused",
      },
      thumbnailSize: 200,
      firstVisible: 321,
      showsLess: true,
    };
    assert.deepEqual(parseSavedState(JSON.parse(JSON.stringify(saved))), saved);
  });

  it("begins anew where nothing was saved", () => {
    for (const value of [undefined, null, 7, "text", [], {}]) {
      assert.deepEqual(parseSavedState(value), {
        query: emptyQuery,
        thumbnailSize: thumbnailSizes.usual,
        firstVisible: 0,
        showsLess: false,
      });
    }
  });

  it("leaves out what it does not understand", () => {
    const saved = parseSavedState({
      query: {
        text: 7,
        pictures: [{ pictureId: 3 }, "x", { pictureId: "b", weight: "much" }],
        filter: { folder: 1, from: "x", formats: ["bmp", "png"], atLeast: NaN },
        sort: "best",
        view: "some",
      },
      thumbnailSize: 1e9,
      firstVisible: -4,
      showsLess: "yes",
    });
    assert.deepEqual(saved.query, {
      ...emptyQuery,
      pictures: [{ pictureId: "b", weight: 1 }],
      filter: { formats: ["png"] },
    });
    assert.equal(saved.thumbnailSize, thumbnailSizes.largest);
    assert.equal(saved.firstVisible, 0);
    assert.equal(saved.showsLess, false);
  });
});

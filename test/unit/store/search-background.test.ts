import assert from "node:assert/strict";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { openMedia } from "../../fixtures/store/media";
import { openSession } from "../../fixtures/store/sessions";

const space = { fingerprint: "model@1", dimensions: 2 };

describe("the background of a search", () => {
  after(removeTemporaryFolders);

  it("is the whole index, whatever the filter, without files that are gone", async () => {
    const folder = temporaryFolder();
    const session = await openSession(folder);
    const { ask, close } = await openMedia(session, folder);
    const scores = [1, 0.5, 0, -0.5];
    const paths = ["/in/a", "/in/b", "/out/c", "/out/d"];
    const found = paths.map((path) => ({ path, size: 1, modified: 1, hash: path }));
    await ask("recordFiles", { found, gone: [] });
    await ask("recordEmbedded", {
      space,
      vectors: Float32Array.from(scores.flatMap((score) => [score, Math.sqrt(1 - score * score)])),
      contents: scores.map((_, index) => ({ contentId: index + 1, width: 1, height: 1 })),
      problems: [],
    });
    const search = async (filter: { folder?: string }) => {
      const query = Float32Array.of(1, 0);
      const { fileIds, background } = await ask("searchMedia", { space, query, filter, limit: 9 });
      const { count, mean, standardDeviation } = background;
      return [[...fileIds], count, Math.round(mean * 100) / 100, Math.round(standardDeviation * 100) / 100];
    };
    assert.deepEqual(await search({}), [[1, 2, 3, 4], 4, 0.25, 0.56]);
    assert.deepEqual(await search({ folder: "/out" }), [[3, 4], 4, 0.25, 0.56]);
    await ask("recordFiles", { found: [], gone: ["/in/a"] });
    assert.deepEqual(await search({ folder: "/out" }), [[3, 4], 3, 0, 0.41]);
    assert.deepEqual(await search({}), [[2, 3, 4], 3, 0, 0.41]);
    await close();
    await session.close();
  });
});

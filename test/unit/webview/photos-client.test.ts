import assert from "node:assert/strict";
import { AppError } from "../../../src/common/errors";
import type { PhotoQuery } from "../../../src/protocol/photos-view";
import { selectOnly } from "../../../webview-ui/photos/grid/selection";
import { settle } from "../../support/page-wire";
import { loaded, range, view } from "../../support/photos-page";

describe("PhotosClient", () => {
  it("begins with all pictures", async () => {
    const { client, search, searches } = await loaded();
    assert.equal(client.state.view?.revision, 1);
    assert.equal(searches.length, 1);
    assert.equal(search.state.answered?.results.count, 10);
    assert.equal(search.item(3)?.name, "3.jpg");
    assert.equal(search.state.isSearching, false);
  });

  it("begins where it was when the page was closed", async () => {
    const query: PhotoQuery = {
      text: "beach",
      pictures: [
        { pictureId: "photo:7", weight: 2 },
        { pictureId: "gone", weight: 1 },
      ],
      filter: { formats: ["png"] },
      sort: "name",
      view: "unused",
    };
    const saved = { query, firstVisible: 250, showsLess: true };
    const { client, search, searches } = await loaded({ ids: range(0, 1000), saved });
    assert.deepEqual(searches, [{ ...query, pictures: [{ pictureId: "photo:7", weight: 2 }] }]);
    assert.equal(client.state.queryPictures.get("photo:7")?.name, "photo:7");
    assert.equal(search.state.place.index, 250);
    assert.equal(search.state.showsLess, true);
    assert.equal(search.item(250)?.photoId, 250);
  });

  it("tells why there is nothing, and can try again", async () => {
    let works = false;
    const ready = () => {
      if (!works) {
        throw new AppError("store-locked", "Another window has it.");
      }
      return view;
    };
    const { client } = await loaded({ overrides: { ready } });
    assert.equal(client.state.loadError?.code, "store-locked");
    works = true;
    await client.load();
    assert.equal(client.state.loadError, null);
    assert.ok(client.state.view);
  });

  it("shows a failed request as one notice", async () => {
    const open = () => {
      throw new AppError("file-missing", "It is gone.");
    };
    const { client } = await loaded({ overrides: { open } });
    assert.equal(await client.ask("open", { photoIds: [1] }), undefined);
    assert.equal(await client.ask("open", { photoIds: [1] }), undefined);
    assert.deepEqual(
      client.state.notices.map(({ error }) => error.message),
      ["It is gone."],
    );
    client.dismiss(client.state.notices[0]!.id);
    assert.equal(client.state.notices.length, 0);
  });

  it("looks for pictures that were dropped, those that can be read", async () => {
    const { client, searches } = await loaded();
    await client.addPictures([
      { name: "a.png", bytes: () => Promise.resolve(new Uint8Array(5)) },
      { name: "b.png", bytes: () => Promise.reject(new Error("unreadable")) },
      { uri: "file:///c.png" },
    ]);
    await settle();
    assert.deepEqual(searches.at(-1)?.pictures, [
      { pictureId: "a.png:5", weight: 1 },
      { pictureId: "file:///c.png", weight: 1 },
    ]);
    assert.equal(client.state.addingPictures, 0);
    assert.deepEqual(
      client.state.notices.map(({ error }) => error.message),
      ["unreadable"],
    );
  });

  it("finds similar pictures in place of what was looked for", async () => {
    const { client, search, searches } = await loaded();
    search.setQuery({ text: "beach", filter: { formats: ["png"] }, view: "duplicates" });
    await client.findSimilar(4);
    await settle();
    assert.deepEqual(searches.at(-1), {
      text: "",
      pictures: [{ pictureId: "photo:4", weight: 1 }],
      filter: { formats: ["png"] },
      sort: "relevance",
      view: "all",
    });
    assert.equal(client.state.queryPictures.get("photo:4")?.thumbnail, "large");
  });

  it("takes a query from the host, with the pictures behind it", async () => {
    const { client, peer, searches } = await loaded();
    const pictures = [{ pictureId: "photo:9", weight: 1 }];
    peer.notify("setQuery", { text: "", pictures, filter: {}, sort: "relevance", view: "all" });
    await settle();
    assert.deepEqual(searches.at(-1)?.pictures, pictures);
    assert.ok(client.state.queryPictures.has("photo:9"));
  });

  it("copies a picture when the host asks for it", async () => {
    const { peer, copied } = await loaded();
    peer.notify("copyPicture", { photoId: 1 });
    await settle();
    assert.deepEqual(copied, [new Uint8Array([1, 2, 3])]);
  });

  it("shows thumbnails and captions that come later", async () => {
    const { client, peer, search } = await loaded();
    peer.notify("thumbnails", [
      { photoId: 3, uri: "three" },
      { photoId: 4, uri: null },
      { photoId: 99999, uri: "elsewhere" },
    ]);
    await settle();
    assert.equal(search.item(3)?.thumbnail, "three");
    assert.equal(search.item(4)?.thumbnail, null);
    assert.equal(search.item(5)?.thumbnail, undefined);
    assert.ok(await client.setCaption(3, "a dog"));
    assert.equal(search.item(3)?.caption, "a dog");
  });

  it("keeps the selection when the person thought better of the trash", async () => {
    const { client, search, searches } = await loaded({ overrides: { moveToTrash: () => ({ moved: 0 }) } });
    search.select(selectOnly(2));
    await client.withSelected((photoIds) => client.moveToTrash(photoIds));
    assert.deepEqual(search.state.selection, selectOnly(2));
    assert.equal(searches.length, 1);
  });

  it("lets pictures go that were moved to the trash", async () => {
    const { client, search } = await loaded();
    search.select(selectOnly(2));
    await client.withSelected((photoIds) => client.moveToTrash(photoIds));
    await settle();
    assert.equal(search.state.answered?.results.count, 9);
    assert.deepEqual(search.state.selection.ranges, []);
    assert.equal(search.item(2)?.photoId, 3);
  });
});

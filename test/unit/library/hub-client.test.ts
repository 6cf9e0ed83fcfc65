import * as assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { HubClient } from "../../../src/library/hub-client";
import { hubEndpoint, hubToken } from "../../../src/library/hub-settings";
import { HubServer } from "../../fixtures/hub-server";
import { clientOf, ggufContent, never, useTemporaryFolder } from "./support";

const id = "org/tiny-gguf";

describe("hub client", () => {
  let hub: HubServer;
  beforeEach(async () => {
    hub = await HubServer.start({ pageSize: 2, tokens: ["good", "stranger"] });
    hub.addRepo({
      id,
      files: {
        "README.md": "# Tiny",
        "tiny-Q8_0.gguf": ggufContent("q8", 3000),
        "tiny-Q4_K_M.gguf": ggufContent("q4", 2000),
        "sub/notes.txt": "n",
        "config.json": "{}",
      },
      pipelineTag: "text-generation",
      tags: ["license:apache-2.0"],
      downloads: 7,
    });
  });
  afterEach(() => hub.close());

  it("reads the facts and, over several pages, the files", async () => {
    const details = await clientOf(hub).details(id, "main", never);
    assert.equal(details.kind, "chat");
    assert.equal(details.name, "tiny");
    assert.equal(details.license, "apache-2.0");
    assert.equal(details.downloads, 7);
    assert.equal(details.isGated, false);
    assert.match(details.commit, /^[0-9a-f]{40}$/);
    assert.deepEqual(
      details.variants.map((variant) => variant.label),
      ["Q4_K_M", "Q8_0"],
    );
    assert.ok(hub.requests.filter((request) => request.url.includes("/tree/")).length >= 3);
    const files = await clientOf(hub).files(id, details.commit, never);
    assert.equal(files.length, 5);
    assert.match(files.find((file) => file.path === "README.md")?.gitSha1 ?? "", /^[0-9a-f]{40}$/);
    const large = files.find((file) => file.path === "tiny-Q8_0.gguf");
    assert.match(large?.sha256 ?? "", /^[0-9a-f]{64}$/);
    assert.equal(large?.gitSha1, undefined);
  });

  it("leaves out files whose names could lead anywhere", async () => {
    const evil = [
      "../../evil.gguf",
      "/etc/evil.gguf",
      "C:/evil.gguf",
      "a\\..\\evil.gguf",
      "a/../../evil.gguf",
      "nul\0.gguf",
      "con.gguf",
      "a//b.gguf",
      "trailing./m.gguf",
      "m.gguf:stream",
    ];
    hub.addRepo({
      id: "org/evil",
      files: Object.fromEntries([...evil, "good.gguf"].map((name) => [name, ggufContent(name, 50)])),
    });
    const details = await clientOf(hub).details("org/evil", "main", never);
    assert.deepEqual(
      details.variants.map((variant) => variant.primaryFile),
      ["good.gguf"],
    );
  });

  const failures: [string, () => Promise<unknown>, string, RegExp][] = [
    [
      "an unknown model",
      () => clientOf(hub).details("org/none", "main", never),
      "unknown-model",
      /“org\/none” is not on 127\.0\.0\.1:\d+, or it is private\. .*set a Hugging Face token/,
    ],
    [
      "an unknown model with a token",
      () => clientOf(hub, "good").details("org/none", "main", never),
      "unknown-model",
      /your token may not see it/,
    ],
    [
      "an unknown revision",
      () => clientOf(hub).details(id, "v9", never),
      "unknown-model",
      /has no revision “v9”/,
    ],
    ["a bad token", () => clientOf(hub, "bad").details(id, "main", never), "unauthorized", /Set a new one/],
  ];
  for (const [name, call, code, message] of failures) {
    it(`explains ${name}`, () => assert.rejects(call, { code, message }));
  }

  it("shows a private model to its token only", async () => {
    hub.addRepo({ id: "org/secret", private: true, grantedTokens: ["good"], files: { "m.gguf": "GGUF" } });
    await assert.rejects(clientOf(hub, "stranger").details("org/secret", "main", never), {
      code: "unknown-model",
    });
    const details = await clientOf(hub, "good").details("org/secret", "main", never);
    assert.equal(details.variants.length, 1);
  });

  it("waits as long as a busy hub asks for, then goes on", async () => {
    hub.fault({ path: "/api/models", status: 429, headers: { "retry-after": "0" }, times: 2 });
    const details = await clientOf(hub).details(id, "main", never);
    assert.equal(details.variants.length, 2);
    assert.equal(hub.requests.filter((request) => request.status === 429).length, 2);
  });

  it("gives up on a hub that wants too much patience, and says how much", async () => {
    hub.fault({ path: "/api/models", status: 429, headers: { "retry-after": "3600" } });
    await assert.rejects(clientOf(hub).details(id, "main", never), {
      code: "hub-rate-limit",
      message: /Try again in 3600 s/,
    });
    assert.equal(hub.requests.length, 1);
  });

  it("can be cancelled while it waits", async () => {
    hub.fault({ path: "/api/models", status: 429, headers: { "retry-after": "50" } });
    const abort = new AbortController();
    const asking = clientOf(hub).details(id, "main", abort.signal);
    while (hub.requests.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    abort.abort();
    await assert.rejects(asking, { code: "aborted" });
  });

  it("retries server errors a few times", async () => {
    hub.fault({ path: "/api/models", status: 503, times: 2 });
    assert.equal((await clientOf(hub).details(id, "main", never)).variants.length, 2);
    hub.fault({ path: "/api/models", status: 500, times: 100 });
    await assert.rejects(clientOf(hub).details(id, "main", never), {
      code: "hub-error",
      message: /does not work right now \(status 500\)/,
    });
    assert.equal(hub.requests.filter((request) => request.status === 500).length, 4);
  });

  it("survives a connection that is dropped once", async () => {
    hub.fault({ path: "/api/models", destroy: true });
    assert.equal((await clientOf(hub).details(id, "main", never)).variants.length, 2);
  });

  it("says so when nobody answers", async () => {
    const closed = await HubServer.start();
    const endpoint = closed.url;
    await closed.close();
    await assert.rejects(new HubClient({ endpoint, token: undefined }).details(id, "main", never), {
      code: "offline",
      message: /cannot be reached \(ECONNREFUSED\)\. Check your network/,
    });
    hub.fault({ hang: true });
    const impatient = new HubClient({ endpoint: hub.url, token: undefined, answerTimeoutMs: 50 });
    await assert.rejects(impatient.details(id, "main", never), {
      code: "offline",
      message: /did not answer/,
    });
  });

  it("recognises a login page where an API should be", async () => {
    for (const body of ["<html>Log in</html>", '{"sha":3}', "[]", "null"]) {
      hub.fault({ path: "/api/models", status: 200, headers: { "content-type": "application/json" }, body });
      await assert.rejects(clientOf(hub).details(id, "main", never), {
        code: "hub-error",
        message: /login page/,
      });
    }
  });

  it("does not follow a redirect in circles", async () => {
    hub.fault({
      path: "/api/models",
      status: 307,
      headers: { location: "/api/models/org/tiny" },
      times: 100,
    });
    await assert.rejects(clientOf(hub).details(id, "main", never), {
      code: "hub-error",
      message: /redirects in circles/,
    });
  });

  it("keeps the token when the hub redirects to itself, and from everyone else", async () => {
    const seen: (string | undefined)[] = [];
    const other = http.createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/x`;
    hub.fault({
      path: "/revision/v1",
      status: 307,
      headers: { location: `/api/models/${id}/revision/main` },
    });
    hub.fault({ path: "/revision/v2", status: 307, headers: { location: elsewhere } });
    await clientOf(hub, "good").details(id, "v1", never);
    assert.ok(hub.requests.every((request) => request.authorization === "Bearer good"));
    await assert.rejects(clientOf(hub, "good").details(id, "v2", never), { code: "unknown-model" });
    other.close();
    assert.deepEqual(seen, [undefined]);
  });

  it("searches GGUF models first, then ONNX ones", async () => {
    hub.addRepo({ id: "org/tiny-other-gguf", files: { "m.gguf": "GGUF" }, downloads: 900 });
    hub.addRepo({
      id: "org/tiny-onnx",
      files: { "onnx/model.onnx": "x" },
      pipelineTag: "feature-extraction",
      downloads: 5000,
    });
    hub.addRepo({ id: "org/tiny-torch", files: { "m.safetensors": "x" }, downloads: 9000 });
    const found = await clientOf(hub).search("tiny", never);
    assert.deepEqual(
      found.map(({ repoId, kind }) => [repoId, kind]),
      [
        ["org/tiny-other-gguf", "chat"],
        [id, "chat"],
        ["org/tiny-onnx", "embedding"],
      ],
    );
    assert.deepEqual(await clientOf(hub).search("no such thing", never), []);
  });
});

describe("hub settings", () => {
  const folder = useTemporaryFolder();
  const none = () => Promise.resolve(undefined);

  it("take the address from the setting, the environment, then the default", () => {
    assert.equal(
      hubEndpoint("https://hub.example/hf/", { HF_ENDPOINT: "http://b" }),
      "https://hub.example/hf",
    );
    assert.equal(hubEndpoint("  ", { HF_ENDPOINT: "http://b:81/" }), "http://b:81");
    assert.equal(hubEndpoint(undefined, {}), "https://huggingface.co");
    for (const wrong of ["huggingface", "file:///etc", "https://user:pass@hub", "https://hub/?q=1"]) {
      assert.throws(() => hubEndpoint(wrong, {}), { code: "invalid-input" }, wrong);
    }
  });

  it("take the token from where Hugging Face's tools keep it, in their order", async () => {
    const home = path.join(folder(), "home");
    const file = path.join(folder(), "my-token");
    await fs.mkdir(home);
    await fs.writeFile(path.join(home, "token"), "hf_home\n");
    await fs.writeFile(file, " hf_file ");
    const all = {
      HF_TOKEN: "hf_1",
      HUGGING_FACE_HUB_TOKEN: "hf_2",
      HF_TOKEN_PATH: file,
      HF_HOME: home,
      XDG_CACHE_HOME: folder(),
    };
    assert.equal(await hubToken(() => Promise.resolve("hf_0"), all), "hf_0");
    assert.equal(await hubToken(none, all), "hf_1");
    assert.equal(await hubToken(none, { ...all, HF_TOKEN: "" }), "hf_2");
    const files = { HF_TOKEN_PATH: file, HF_HOME: home };
    assert.equal(await hubToken(none, files), "hf_file");
    assert.equal(await hubToken(none, { HF_HOME: home }), "hf_home");
    await fs.mkdir(path.join(folder(), "huggingface"));
    await fs.writeFile(path.join(folder(), "huggingface/token"), "hf_cache");
    assert.equal(await hubToken(none, { XDG_CACHE_HOME: folder() }), "hf_cache");
    assert.equal(await hubToken(none, { HF_HOME: path.join(folder(), "none") }), undefined);
  });
});

import assert from "node:assert/strict";
import type { ChatStatistics } from "../../../src/protocol/engine";
import { detailStatistics, summarizeStatistics } from "../../../webview-ui/chat/transcript/statistics";
import { setLanguage, setTranslations } from "../../../webview-ui/shared/l10n";

const statistics: ChatStatistics = {
  promptTokens: 1312,
  reusedTokens: 1290,
  evaluatedTokens: 22,
  generatedTokens: 210,
  timeToFirstTokenMs: 312.4,
  tokensPerSecond: 23.42,
  stopReason: "end",
};

describe("answer statistics", () => {
  beforeEach(() => setLanguage("en"));
  afterEach(() => setTranslations(undefined));

  it("are summed up in one line", () => {
    assert.equal(summarizeStatistics(statistics), "23.4 tokens/s · first token after 0.31 s · 210 tokens");
  });

  it("leave out what was not measured", () => {
    const short = {
      ...statistics,
      tokensPerSecond: undefined,
      timeToFirstTokenMs: undefined,
      generatedTokens: 0,
    };
    assert.equal(summarizeStatistics(short), "0 tokens");
    assert.equal(
      summarizeStatistics({ ...statistics, tokensPerSecond: undefined, generatedTokens: 1 }),
      "first token after 0.31 s · 1 token",
    );
  });

  it("list the figures behind the line", () => {
    assert.deepEqual(detailStatistics({ ...statistics, stopReason: "context-full" }), [
      "Prompt: 1,312 tokens",
      "Reused from before: 1,290",
      "Newly read: 22",
      "Ended: the context is full",
    ]);
  });

  it("follow the page's language", () => {
    setLanguage("de");
    setTranslations({ "{0} tokens/s": "{0} Token/s", "{0} tokens": 7 });
    assert.equal(summarizeStatistics(statistics), "23,4 Token/s · first token after 0,31 s · 210 tokens");
  });

  it("fall back to the browser's language for a malformed tag", () => {
    setLanguage("not a tag");
    assert.match(summarizeStatistics(statistics), /tokens\/s/);
  });
});

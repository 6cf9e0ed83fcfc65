import assert from "node:assert/strict";
import path from "node:path";
import { ESLint } from "eslint";

const root = path.resolve(__dirname, "../..");

/** Import boundaries are lint errors; these imports must stay forbidden or allowed. */
const cases: { file: string; imports: string; allowed: boolean }[] = [
  { file: "src/common/format.ts", imports: "../protocol/rpc", allowed: false },
  { file: "src/protocol/engine.ts", imports: "../common/errors", allowed: true },
  { file: "src/library/library.ts", imports: "../engine/deployments", allowed: false },
  { file: "src/library/library.ts", imports: "vscode", allowed: false },
  { file: "src/engine/deployments.ts", imports: "node-llama-cpp", allowed: false },
  { file: "src/engine/deployments.ts", imports: "../library/library", allowed: false },
  { file: "src/engine-process/main.ts", imports: "../engine/deployments", allowed: false },
  { file: "src/engine-process/llama/load.ts", imports: "node-llama-cpp", allowed: true },
  { file: "src/engine-process/llama/load.ts", imports: "../../store/store-client", allowed: false },
  { file: "src/store/store-client.ts", imports: "./worker/database", allowed: false },
  { file: "src/store/worker/database.ts", imports: "../../library/model", allowed: false },
  { file: "src/chat/chat-session.ts", imports: "../vscode/settings", allowed: false },
  { file: "src/chat/chat-session.ts", imports: "../engine/deployments", allowed: true },
  { file: "src/vscode/settings.ts", imports: "vscode", allowed: true },
  { file: "src/vscode/tree/items.ts", imports: "../../extension", allowed: false },
  { file: "webview-ui/chat/app.tsx", imports: "../../src/chat/conversation", allowed: false },
  { file: "webview-ui/chat/app.tsx", imports: "@vscode/webview-ui-toolkit", allowed: false },
  { file: "webview-ui/shared/toolkit.ts", imports: "@vscode/webview-ui-toolkit", allowed: true },
  { file: "webview-ui/chat/app.tsx", imports: "../../src/protocol/chat-view", allowed: true },
];

describe("import boundaries", function () {
  this.timeout(60_000);
  // Without types: they are not needed here, and with CI=true typescript-eslint would lint the file on disk instead of the text.
  const eslint = new ESLint({
    cwd: root,
    ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports",
    overrideConfig: { languageOptions: { parserOptions: { project: null } } },
  });

  for (const { file, imports, allowed } of cases) {
    it(`${file} ${allowed ? "may" : "may not"} import ${imports}`, async () => {
      const [result] = await eslint.lintText(`import "${imports}";\n`, { filePath: path.join(root, file) });
      const messages = result!.messages.filter(({ ruleId }) => ruleId === "no-restricted-imports");
      assert.equal(
        result!.messages.some(({ fatal }) => fatal),
        false,
      );
      assert.equal(messages.length, allowed ? 0 : 1);
    });
  }
});

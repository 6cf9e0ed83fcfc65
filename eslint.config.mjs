// @ts-check
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The rooms of the product and which other rooms each may import. Everything that is not listed is an
 * error, so a new dependency between rooms is a decision made here. See ARCHITECTURE.md.
 */
const rooms = /** @type {Record<string, string[]>} */ ({
  "src/common": [],
  "src/protocol": ["common"],
  "src/library": ["common", "protocol"],
  "src/engine": ["common", "protocol"],
  "src/engine-process": ["common", "protocol"],
  "src/store": ["common", "protocol"],
  "src/chat": ["common", "protocol", "library", "engine", "store"],
  "src/photos": ["common", "protocol", "library", "engine", "store"],
  "src/evaluation": ["common", "protocol", "library", "engine", "store"],
  "src/vscode": ["common", "protocol", "library", "engine", "store", "chat", "photos", "evaluation"],
  "webview-ui": ["common", "protocol"],
});
const roomNames = [...Object.keys(rooms).map((path) => path.replace("src/", "")), "extension"];

const only = {
  vscode: { regex: "^vscode$", message: "Only src/vscode and src/extension.ts import vscode." },
  inference: {
    regex: "^(?:node-llama-cpp|@huggingface/transformers|onnxruntime-node|sharp)$",
    message: "Inference libraries live in the engine process only.",
  },
  toolkit: {
    regex: "^@vscode/webview-ui-toolkit",
    message: "Only webview-ui/shared knows the toolkit, so that it can be exchanged.",
  },
  worker: { regex: "^\\./worker/", message: "Talk to the store worker through its wire." },
};

/**
 * The rule for one room, or for a part of it that may import something special.
 * @param {string} room
 * @param {(keyof typeof only)[]} mayImport
 * @param {string} files
 * @returns {import("eslint").Linter.Config}
 */
function boundary(room, mayImport, files = `${room}/**/*.{ts,tsx}`) {
  const allowed = [room.replace("src/", ""), ...(rooms[room] ?? [])];
  const forbidden = roomNames.filter((name) => !allowed.includes(name));
  const patterns = [
    {
      regex: `^(?:\\.\\./)+(?:src/)?(?:${forbidden.join("|")})(?:/|$)`,
      message: `${room} may import only: ${allowed.join(", ")}.`,
    },
    ...Object.entries(only).flatMap(([name, pattern]) =>
      mayImport.includes(/** @type {keyof typeof only} */ (name)) ? [] : [pattern],
    ),
  ];
  return { files: [files], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

const boundaries = [
  ...Object.keys(rooms).map((room) => boundary(room, [])),
  boundary("src/vscode", ["vscode"]),
  boundary("src/engine-process", ["inference"]),
  boundary("src/store", ["worker"], "src/store/worker/**/*.ts"),
  boundary("webview-ui", ["toolkit"], "webview-ui/shared/**/*.{ts,tsx}"),
];

export default defineConfig(
  {
    ignores: ["dist/", "out/", ".vscode-test/", ".cache/", "scripts/demo-models/.cache/", "**/node_modules/"],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./webview-ui/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", 400],
      "@typescript-eslint/no-generated-empty-object-type": "off",
      eqeqeq: "error",
    },
  },
  ...boundaries,
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "console",
          "process",
          "Buffer",
          "URL",
          "fetch",
          "setTimeout",
          "clearTimeout",
          "setInterval",
          "clearInterval",
          "AbortController",
          "AbortSignal",
          "performance",
          "document",
          "window",
          "getComputedStyle",
          "localStorage",
          "HTMLElement",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
);

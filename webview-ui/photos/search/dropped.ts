import type { DroppedPicture } from "../client";

/** What VS Code's Explorer and its editors put into a drag: the addresses of files, one a line. */
const listTypes = ["application/vnd.code.uri-list", "text/uri-list"];

/** The parts of the browser's `DataTransfer` that matter, so that tests need no browser. */
interface Dropped {
  readonly types: readonly string[];
  readonly files: Iterable<{
    readonly name: string;
    readonly type: string;
    arrayBuffer: () => Promise<ArrayBuffer>;
  }>;
  getData: (type: string) => string;
}

/** Whether to take a drag; what is in it can be read only once it is dropped. */
export function mayHoldPictures({ types }: Pick<Dropped, "types">): boolean {
  return types.includes("Files") || listTypes.some((type) => types.includes(type));
}

/** The pictures of a drop or paste; empty when there are none. */
export function droppedPictures(data: Dropped): DroppedPicture[] {
  const files = [...data.files].filter(({ type, name }) => type.startsWith("image/") || isPictureName(name));
  if (files.length > 0) {
    return files.map((file) => ({
      name: file.name,
      bytes: async () => new Uint8Array(await file.arrayBuffer()),
    }));
  }
  const list = listTypes.map((type) => data.getData(type)).find((text) => text !== "") ?? "";
  return list
    .split(/\r?\n/)
    .filter((line) => line.startsWith("file:") || line.startsWith("vscode-remote:"))
    .map((uri) => ({ uri }));
}

/** Some systems give files no type. */
function isPictureName(name: string): boolean {
  return /\.(?:jpe?g|png|webp|gif|tiff?|avif|svg)$/i.test(name);
}

import { render } from "preact";
import { connectHost, readEmbeddedJson } from "../shared/host";
import { setLanguage, setTranslations } from "../shared/l10n";
import { App } from "./app";
import { PhotosClient } from "./client";
import { parseSavedState } from "./saved-state";

function main(): void {
  setLanguage(document.documentElement.lang);
  setTranslations(readEmbeddedJson("l10n"));
  const host = connectHost();
  const saved = parseSavedState(host.loadState());
  const client = new PhotosClient(host.transport, saved, {
    report: (error) => console.error(error, error.detail),
    copyPng,
    typingMs: 150,
    refreshMs: 2000,
  });
  const root = document.createElement("div");
  root.id = "photos";
  document.body.append(root);
  render(<App client={client} saved={saved} onSave={(state) => host.saveState(state)} />, root);
  void client.load();
}

async function copyPng(png: Promise<Uint8Array>): Promise<void> {
  // The menu or the dialog that asked for it may still have the focus, and then the clipboard refuses.
  window.focus();
  const type = "image/png";
  const blob = png.then((bytes) => new Blob([new Uint8Array(bytes)], { type }));
  // Of two failures the host's, which says more, is the one that counts.
  await Promise.all([png, navigator.clipboard.write([new ClipboardItem({ [type]: blob })])]);
}

main();

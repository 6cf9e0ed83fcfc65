import { useEffect, useState } from "preact/hooks";
import { AppError } from "../../../src/common/errors";
import { Icon } from "../../shared/icon";
import type { DroppedPicture } from "../client";
import { strings } from "../strings";
import { droppedPictures, mayHoldPictures } from "./dropped";

interface DropTargetProps {
  onPictures: (pictures: readonly DroppedPicture[]) => void;
  /** Something was dropped or pasted that is no picture. */
  onRefused: (error: AppError) => void;
}

/** The whole page takes pictures that are dropped on it or pasted into it, to look for similar ones. */
export function DropTarget({ onPictures, onRefused }: DropTargetProps) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const take = (data: DataTransfer) => {
      const pictures = droppedPictures(data);
      if (pictures.length > 0) {
        onPictures(pictures);
      } else {
        onRefused(new AppError("invalid-input", "Only pictures can be searched for."));
      }
    };
    const onDrag = (event: DragEvent) => {
      if (event.dataTransfer && mayHoldPictures(event.dataTransfer)) {
        // Also keeps VS Code from covering the page with its own target.
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      }
    };
    const onLeave = (event: DragEvent) => {
      // Leaving one element for another is not leaving the page.
      if (event.relatedTarget === null) {
        setOver(false);
      }
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (event.dataTransfer && mayHoldPictures(event.dataTransfer)) {
        event.preventDefault();
        take(event.dataTransfer);
      }
    };
    const onPaste = (event: ClipboardEvent) => {
      if (event.clipboardData && event.clipboardData.files.length > 0) {
        event.preventDefault();
        take(event.clipboardData);
      }
    };
    const own = new AbortController();
    const options = { capture: true, signal: own.signal };
    window.addEventListener("dragenter", onDrag, options);
    window.addEventListener("dragover", onDrag, options);
    window.addEventListener("dragleave", onLeave, options);
    window.addEventListener("drop", onDrop, options);
    window.addEventListener("paste", onPaste, options);
    return () => own.abort();
  }, [onPictures, onRefused]);
  return (
    <div class={`drop-target ${isOver ? "is-over" : ""}`} aria-hidden={!isOver}>
      <Icon name="file-media" />
      {strings.dropHere()}
    </div>
  );
}

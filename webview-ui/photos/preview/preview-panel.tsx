import { useState } from "preact/hooks";
import { formatBytes } from "../../../src/common/format";
import type { PhotoDetails } from "../../../src/protocol/photos-view";
import { Button } from "../../shared/button";
import { formatDate } from "../../shared/l10n";
import type { PhotosActions } from "../actions";
import { strings } from "../strings";
import { Caption } from "./caption";

interface PreviewPanelProps {
  details: PhotoDetails;
  hasCaptioner: boolean;
  actions: PhotosActions;
  onFindSimilar: () => void;
}

/** What is known of the picture, and what can be done with it. */
export function PreviewPanel({ details, hasCaptioner, actions, onFindSimilar }: PreviewPanelProps) {
  const { photoId } = details;
  return (
    <div class="preview-panel">
      <Caption details={details} hasCaptioner={hasCaptioner} onSave={actions.setCaption} />
      <dl class="preview-facts">
        {factsOf(details).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div class="preview-actions">
        <Button icon="go-to-file" onClick={() => actions.open([photoId])}>
          {strings.open()}
        </Button>
        <Action icon="search-sparkle" text={strings.findSimilar()} onClick={onFindSimilar} />
        <CopyPicture copy={() => actions.copyPicture(photoId)} />
        <Action
          icon="markdown"
          text={strings.insertMarkdown()}
          onClick={() => actions.insertLinks("markdown", [photoId])}
        />
        <Action
          icon="code"
          text={strings.insertHtml()}
          onClick={() => actions.insertLinks("html", [photoId])}
        />
        <Action icon="copy" text={strings.copyPath()} onClick={() => actions.copyPaths([photoId])} />
        <Action icon="files" text={strings.reveal()} onClick={() => actions.reveal(photoId)} />
        <Action icon="trash" text={strings.moveToTrash()} onClick={() => actions.moveToTrash([photoId])} />
      </div>
    </div>
  );
}

function Action({ icon, text, onClick }: { icon: string; text: string; onClick: () => void }) {
  return (
    <Button appearance="secondary" icon={icon} onClick={onClick}>
      {text}
    </Button>
  );
}

const copiedForMs = 2000;

function CopyPicture({ copy }: { copy: () => Promise<boolean> }) {
  const [isCopied, setCopied] = useState(false);
  const onClick = async () => {
    if (await copy()) {
      setCopied(true);
      setTimeout(() => setCopied(false), copiedForMs);
    }
  };
  return (
    <Action
      icon={isCopied ? "check" : "clippy"}
      text={isCopied ? strings.pictureCopied() : strings.copyPicture()}
      onClick={() => void onClick()}
    />
  );
}

function factsOf(details: PhotoDetails): [name: string, value: string][] {
  const { folderName, relativePath, width, height, sizeBytes, modified, score } = details;
  const facts: [string, string][] = [
    [strings.folder(), folderName],
    [strings.path(), relativePath],
    [strings.fileSize(), formatBytes(sizeBytes)],
  ];
  if (width !== undefined && height !== undefined) {
    facts.push([strings.dimensions(), strings.pixels(width, height)]);
  }
  facts.push([strings.changed(), formatDate(modified, true)]);
  if (score !== undefined) {
    facts.push([strings.likeness(), strings.score(score)]);
  }
  return facts;
}

import { useEffect, useState } from "preact/hooks";
import type { PhotoFilter, PictureFolder } from "../../../src/protocol/photos-view";
import { Button } from "../../shared/button";
import { DateField, Field, NativeSelect, Toggle } from "../../shared/fields";
import type { PhotosClient } from "../client";
import { strings } from "../strings";
import {
  activeParts,
  changeFilter,
  dayOf,
  endOfDay,
  formatNames,
  sizeClasses,
  sizeClassOf,
  startOfDay,
} from "../view-state";
import { sizeText } from "./query-chips";

/** Value of the choice that filters nothing. */
const any = "";

export function FilterPanel({ client, filter }: { client: PhotosClient; filter: PhotoFilter }) {
  const folders = usePictureFolders(client);
  const change = (changed: PhotoFilter) => client.search.setQuery({ filter: changeFilter(filter, changed) });
  const { formats = [], folder = any } = filter;
  const sizeClass = sizeClassOf(filter);
  return (
    <section class="filter-panel" aria-label={strings.filters()}>
      <Field label={strings.folder()}>
        <NativeSelect
          options={folderOptions(folders, folder)}
          value={folder}
          onChange={(path) => change({ folder: path === any ? undefined : path })}
        />
      </Field>
      <div class="field" role="group" aria-label={strings.changed()}>
        <span class="field-label">{strings.changed()}</span>
        <span class="filter-days">
          <DateField
            label={strings.fromDay()}
            value={dayOf(filter.from)}
            onChange={(day) => change({ from: startOfDay(day) })}
          />
          <span aria-hidden="true">–</span>
          <DateField
            label={strings.toDay()}
            value={dayOf(filter.to)}
            onChange={(day) => change({ to: endOfDay(day) })}
          />
        </span>
      </div>
      <Field label={strings.fileSize()}>
        <NativeSelect
          options={[
            { value: "-1", label: strings.anySize() },
            ...sizeClasses.map((each, index) => ({ value: String(index), label: sizeText(each) })),
          ]}
          value={String(sizeClass)}
          onChange={(value) =>
            change({ atLeast: undefined, atMost: undefined, ...sizeClasses[Number(value)] })
          }
        />
      </Field>
      <div class="field" role="group" aria-label={strings.format()}>
        <span class="field-label">{strings.format()}</span>
        <span class="filter-formats">
          {formatNames.map((name) => (
            <Toggle
              key={name}
              label={name.toUpperCase()}
              isOn={formats.includes(name)}
              onToggle={() => change({ formats: toggled(formats, name) })}
            />
          ))}
        </span>
      </div>
      {activeParts(filter).length > 0 && (
        <Button appearance="secondary" onClick={() => client.search.setQuery({ filter: {} })}>
          {strings.clearFilters()}
        </Button>
      )}
    </section>
  );
}

function usePictureFolders(client: PhotosClient): PictureFolder[] {
  const [folders, setFolders] = useState<PictureFolder[]>([]);
  useEffect(() => {
    void client.ask("pictureFolders", null).then((answer) => setFolders(answer?.result ?? []));
  }, [client]);
  return folders;
}

function folderOptions(folders: readonly PictureFolder[], chosen: string) {
  const options = folders.map(({ path, label, pictures }) => ({
    value: path,
    label: strings.folderOption(label, pictures),
  }));
  // A folder that has no pictures any more, or a list that has not arrived yet.
  const isListed = chosen === any || folders.some(({ path }) => path === chosen);
  return [
    { value: any, label: strings.anyFolder() },
    ...(isListed ? [] : [{ value: chosen, label: chosen }]),
    ...options,
  ];
}

function toggled(formats: readonly string[], name: string): string[] {
  return formats.includes(name) ? formats.filter((each) => each !== name) : [...formats, name];
}

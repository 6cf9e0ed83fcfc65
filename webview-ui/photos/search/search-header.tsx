import { useRef, useState } from "preact/hooks";
import type { PhotosViewState, QueryPicture } from "../../../src/protocol/photos-view";
import { IconButton } from "../../shared/button";
import { SearchField } from "../../shared/search-field";
import type { PhotosActions } from "../actions";
import type { PhotosClient } from "../client";
import type { SearchState } from "../search";
import { strings } from "../strings";
import { activeParts } from "../view-state";
import { FilterPanel } from "./filter-panel";
import { QueryChips } from "./query-chips";
import { Toolbar } from "./toolbar";
import "./search.css";

interface SearchHeaderProps {
  client: PhotosClient;
  view: PhotosViewState;
  search: SearchState;
  actions: PhotosActions;
  queryPictures: ReadonlyMap<string, QueryPicture>;
  addingPictures: number;
  thumbnailSize: number;
  onThumbnailSize: (size: number) => void;
  focusRequests: number;
  /** The person goes on to the results. */
  onLeaveDown: () => void;
}

/** Everything that says what to look for. */
export function SearchHeader(props: SearchHeaderProps) {
  const { client, view, search, actions, focusRequests } = props;
  const { query } = search;
  const [filtersShown, setFiltersShown] = useState(false);
  const [helpShown, setHelpShown] = useState(false);
  const fileInput = useRef<HTMLInputElement>(null);
  const setText = (text: string) => client.search.setQuery({ text }, "afterTyping");
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      void client.search.run();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      props.onLeaveDown();
    } else if (event.key === "Escape" && query.text !== "") {
      client.search.setQuery({ text: "" });
    }
  };
  const onFiles = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    // The same file may be chosen again.
    input.value = "";
    actions.addPictures(
      files.map((file) => ({
        name: file.name,
        bytes: async () => new Uint8Array(await file.arrayBuffer()),
      })),
    );
  };
  const filterCount = activeParts(query.filter).length;
  return (
    <div class={`search-header ${search.isSearching ? "is-searching" : ""}`} role="search">
      <h1 class="visually-hidden">{strings.photoSearch()}</h1>
      <div class="search-row">
        <SearchField
          label={strings.searchPictures()}
          placeholder={strings.placeholder()}
          value={query.text}
          focusRequest={focusRequests}
          onInput={setText}
          onKeyDown={onKeyDown}
        >
          {query.text !== "" && (
            <IconButton
              icon="close"
              label={strings.clearQuery()}
              onClick={() => client.search.setQuery({ text: "" })}
            />
          )}
          <IconButton
            icon="file-media"
            label={strings.addPicture()}
            onClick={() => fileInput.current?.click()}
          />
          <IconButton
            icon="question"
            label={strings.howToSearch()}
            expanded={helpShown}
            onClick={() => setHelpShown(!helpShown)}
          />
        </SearchField>
        <input
          ref={fileInput}
          type="file"
          accept="image/*"
          multiple
          hidden
          onChange={(event: Event) => onFiles(event.currentTarget as HTMLInputElement)}
        />
        <IconButton
          icon={filterCount > 0 ? "filter-filled" : "filter"}
          class={filterCount > 0 ? "is-set" : ""}
          label={filterCount > 0 ? strings.filtersActive(filterCount) : strings.filters()}
          expanded={filtersShown}
          onClick={() => setFiltersShown(!filtersShown)}
        />
      </div>
      {helpShown && <Help />}
      {filtersShown && <FilterPanel client={client} filter={query.filter} />}
      <QueryChips
        client={client}
        view={view}
        query={query}
        known={props.queryPictures}
        adding={props.addingPictures}
      />
      <Toolbar
        client={client}
        search={search}
        thumbnailSize={props.thumbnailSize}
        onThumbnailSize={props.onThumbnailSize}
      />
    </div>
  );
}

function Help() {
  return (
    <ul class="search-help hint">
      <li>{strings.helpWords()}</li>
      <li>{strings.helpWithout()}</li>
      <li>{strings.helpWeight()}</li>
      <li>{strings.helpPicture()}</li>
    </ul>
  );
}

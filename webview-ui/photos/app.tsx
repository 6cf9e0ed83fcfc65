import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Event } from "../../src/common/event";
import type { PhotosViewState } from "../../src/protocol/photos-view";
import { Loading } from "../shared/loading";
import { Notices } from "../shared/notices";
import { createActions, type PhotosActions } from "./actions";
import { Announcer } from "./announcer";
import type { ClientState, PhotosClient } from "./client";
import { Grid } from "./grid/grid";
import { countSelected } from "./grid/selection";
import { SelectionBar } from "./grid/selection-bar";
import { IndexBar } from "./index/index-bar";
import { EmptyMiddle } from "./index/empty-middle";
import { Preview } from "./preview/preview";
import type { SavedState } from "./saved-state";
import { strings } from "./strings";
import { DropTarget } from "./search/drop-target";
import { SearchHeader } from "./search/search-header";
import { useShortcuts } from "./use-shortcuts";
import { middleOf, shownCount } from "./view-state";
import "../shared/page.css";
import "./app.css";

interface AppProps {
  client: PhotosClient;
  saved: SavedState;
  onSave: (state: SavedState) => void;
}

export function App({ client, saved, onSave }: AppProps) {
  const state = useLatest(client);
  const actions = useMemo(() => createActions(client), [client]);
  const notices = (
    <Notices notices={state.notices} onDismiss={(id) => client.dismiss(id)} onShowLog={actions.showLog} />
  );
  if (!state.view) {
    return (
      <>
        <Loading
          text={strings.loading()}
          failure={strings.notLoaded()}
          error={state.loadError}
          onRetry={() => void client.load()}
          onShowLog={actions.showLog}
        />
        {notices}
      </>
    );
  }
  return (
    <>
      <Photos {...{ client, state, actions, saved, onSave }} view={state.view} />
      {notices}
      <IndexBar view={state.view} actions={actions} />
    </>
  );
}

interface PhotosProps extends AppProps {
  state: ClientState;
  view: PhotosViewState;
  actions: PhotosActions;
}

function Photos({ client, state, view, actions, saved, onSave }: PhotosProps) {
  const search = useLatest(client.search);
  const save = useSavedState(saved, onSave);
  const [thumbnailSize, setThumbnailSize] = useState(saved.thumbnailSize);
  const [isPreviewing, setPreviewing] = useState(false);
  const [gridFocus, setGridFocus] = useState(0);
  const focusGrid = useCallback(() => setGridFocus((count) => count + 1), []);
  const focusRequests = state.focusRequests + useShortcuts();
  const { query, showsLess, answered, selection } = search;
  useEffect(() => save({ query, showsLess, thumbnailSize }), [query, showsLess, thumbnailSize, save]);

  const middle = middleOf(view, search);
  const isGrid = middle === "grid" && answered !== null;
  // A picture of other results is not what was looked at.
  useEffect(() => setPreviewing(false), [isGrid, query]);
  return (
    <>
      {middle !== "welcome" && middle !== "firstScan" && middle !== "noPictures" && (
        <SearchHeader
          {...{ client, view, search, actions, thumbnailSize, focusRequests }}
          queryPictures={state.queryPictures}
          addingPictures={state.addingPictures}
          onThumbnailSize={setThumbnailSize}
          onLeaveDown={focusGrid}
        />
      )}
      {isGrid ? (
        <Grid
          {...{ client, search, answered, actions, thumbnailSize }}
          focusRequest={gridFocus}
          followsActive={isPreviewing}
          onPreview={() => setPreviewing(true)}
          onPlace={(firstVisible) => save({ firstVisible })}
        />
      ) : (
        <EmptyMiddle {...{ middle, view, actions, client, search }} />
      )}
      {isGrid && countSelected(selection) > 0 && (
        <SelectionBar count={countSelected(selection)} actions={actions} />
      )}
      {isGrid && isPreviewing && (
        <Preview
          {...{ client, view, search, actions }}
          count={shownCount(answered.results, showsLess)}
          onClose={() => {
            setPreviewing(false);
            focusGrid();
          }}
        />
      )}
      <DropTarget onPictures={actions.addPictures} onRefused={(error) => client.notify(error)} />
      <Announcer search={search} />
    </>
  );
}

function useLatest<S>(source: { readonly state: S; readonly onChange: Event<S> }): S {
  const [state, setState] = useState(source.state);
  useEffect(() => {
    setState(source.state);
    const subscription = source.onChange(setState);
    return () => subscription.dispose();
  }, [source]);
  return state;
}

function useSavedState(initial: SavedState, onSave: (state: SavedState) => void) {
  const state = useRef(initial);
  return useCallback(
    (change: Partial<SavedState>) => {
      state.current = { ...state.current, ...change };
      onSave(state.current);
    },
    [onSave],
  );
}

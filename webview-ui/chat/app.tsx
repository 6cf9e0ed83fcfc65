import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ChatViewState } from "../../src/protocol/chat-view";
import { Loading } from "../shared/loading";
import { Notices } from "../shared/notices";
import { createActions, type ChatActions } from "./actions";
import type { ChatClient, ClientState } from "./client";
import { Composer } from "./composer/composer";
import { EmptyState } from "./empty-state";
import { Header } from "./header/header";
import { LoadingModels } from "./header/loading-models";
import type { SavedState } from "./saved-state";
import { strings } from "./strings";
import { Announcer } from "./transcript/announcer";
import { Transcript } from "./transcript/transcript";
import "../shared/page.css";
import "./app.css";

interface AppProps {
  client: ChatClient;
  saved: SavedState;
  onSave: (state: SavedState) => void;
}

export function App({ client, saved, onSave }: AppProps) {
  const { view, notices, loadError, focusRequests } = useClientState(client);
  const actions = useMemo(() => createActions(client), [client]);
  const save = useSavedState(saved, onSave);
  const chatId = view?.chatId;
  useEffect(() => {
    if (chatId !== undefined) {
      save({ chatId });
    }
  }, [chatId, save]);

  const noticeList = (
    <Notices notices={notices} onDismiss={(id) => client.dismiss(id)} onShowLog={actions.showLog} />
  );
  if (!view) {
    return (
      <>
        <Loading
          text={strings.loadingChat()}
          failure={strings.notLoaded()}
          error={loadError}
          onRetry={() => void client.load()}
          onShowLog={actions.showLog}
        />
        {noticeList}
      </>
    );
  }
  return <Chat {...{ view, focusRequests, actions, saved, save }} notices={noticeList} />;
}

interface ChatProps {
  view: ChatViewState;
  actions: ChatActions;
  saved: SavedState;
  save: (change: Partial<SavedState>) => void;
  /** Shown between the conversation and the composer. */
  notices: VNode;
  focusRequests: number;
}

function Chat({ view, notices, focusRequests, actions, saved, save }: ChatProps) {
  const [followRequest, setFollowRequest] = useState(0);
  const isEmpty = view.messages.length === 0;
  // Only the chat that was saved gets its position back.
  const initialScroll = saved.chatId === view.chatId ? saved.scroll : 0;
  return (
    <>
      <Header view={view} actions={actions} />
      <LoadingModels loading={view.loading} />
      {/* A box of its own: exchanging its content must not move the composer, which would lose the focus. */}
      <div class="chat-body">
        {isEmpty ? (
          <EmptyState view={view} onDeploy={actions.deployModel} />
        ) : (
          <Transcript
            key={view.chatId}
            view={view}
            actions={actions}
            followRequest={followRequest}
            initialScroll={initialScroll}
            onScroll={(scroll) => save({ scroll })}
          />
        )}
      </div>
      {notices}
      <Composer
        view={view}
        actions={actions}
        initialDraft={saved.draft}
        onDraft={(draft) => save({ draft })}
        onSend={() => setFollowRequest((count) => count + 1)}
        focusRequest={focusRequests}
      />
      <Announcer view={view} />
    </>
  );
}

function useClientState(client: ChatClient): ClientState {
  const [state, setState] = useState(client.state);
  useEffect(() => {
    setState(client.state);
    const subscription = client.onChange(setState);
    return () => subscription.dispose();
  }, [client]);
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

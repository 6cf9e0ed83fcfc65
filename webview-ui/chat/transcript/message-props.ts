import type { StoredMessage } from "../../../src/protocol/store";
import type { ChatActions } from "../actions";

export interface MessageProps {
  message: StoredMessage;
  /** Whether its answer is being written now. */
  isLive: boolean;
  /** Whether it is the last one and could be answered again. */
  canAnswer: boolean;
  actions: ChatActions;
}

import { useEffect, useState } from "preact/hooks";
import { isAbort, toAppError, type AppError } from "../../../src/common/errors";
import type { PhotoDetails } from "../../../src/protocol/photos-view";
import type { PhotosClient } from "../client";

interface DetailsState {
  /** Of the picture that was asked for; undefined until they arrive. */
  details: PhotoDetails | undefined;
  error: AppError | undefined;
}

/** Everything about a picture, asked for again when the index changed. */
export function useDetails(
  client: PhotosClient,
  photoId: number | undefined,
  revision: number,
): DetailsState {
  const [state, setState] = useState<DetailsState & { photoId?: number }>({
    details: undefined,
    error: undefined,
  });
  useEffect(() => {
    if (photoId === undefined) {
      return undefined;
    }
    const controller = new AbortController();
    const take = (change: Partial<DetailsState>) => {
      if (!controller.signal.aborted) {
        setState({ details: undefined, error: undefined, ...change, photoId });
      }
    };
    client.details(photoId, controller.signal).then(
      (details) => take({ details }),
      (error: unknown) => !isAbort(error) && take({ error: toAppError(error) }),
    );
    return () => controller.abort();
  }, [client, photoId, revision]);
  return state.photoId === photoId ? state : { details: undefined, error: undefined };
}

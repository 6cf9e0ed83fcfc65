import type { PhotoFilter, PhotoSort } from "../../protocol/photos-view";
import type { MediaFilter, MediaSort } from "../../protocol/store-media";

const extensions: Readonly<Record<string, readonly string[]>> = {
  jpeg: ["jpg", "jpeg", "jpe", "jfif"],
  tiff: ["tif", "tiff"],
};

export function mediaFilter({ formats, ...filter }: PhotoFilter): MediaFilter {
  return {
    ...filter,
    ...(formats && { extensions: formats.flatMap((format) => extensions[format] ?? [format]) }),
  };
}

export function mediaSort(sort: PhotoSort): MediaSort {
  return sort === "relevance" ? "newest" : sort;
}

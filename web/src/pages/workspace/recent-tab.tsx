import type { Place } from "../../../../src/client/place.ts";
export function RecentTab(_: {
  readonly place: Place;
  readonly onShow: (name: string) => void;
  readonly onOpen: (text: string) => void;
}) {
  return null;
}

import { createContext, useContext } from "react";

interface Rail {
  /** On a phone the rail is a drawer. */
  readonly openDrawer: () => void;
}

export const RailContext = createContext<Rail | undefined>(undefined);

export function useRail(): Rail {
  const rail = useContext(RailContext);
  if (rail === undefined) throw new Error("useRail stands outside of the shell.");
  return rail;
}

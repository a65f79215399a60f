import { setFlagsFromString } from "node:v8";

/**
 * What a start allocates is mostly rubbish a moment later, but V8 would make room for it that an idle server then keeps for
 * good: 4 MiB and more. Until the server is ready the young generation stays as small as it begins.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

/** Under load a larger one is worth its memory; 2 is V8's own factor. */
export function letYoungHeapGrow(): void {
  setFlagsFromString("--semi-space-growth-factor=2");
}

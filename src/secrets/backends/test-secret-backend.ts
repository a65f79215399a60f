import { describe, expect, it } from "vitest";
import type { KeyWrapper } from "../key-wrapper.ts";

/** What every backend that wraps data keys must do; `open` gives one with a master key of its own. */
export function testSecretBackend(name: string, open: () => Promise<KeyWrapper>): void {
  describe(`data keys wrapped by ${name}`, () => {
    const dataKey = Uint8Array.from({ length: 32 }, (_, i) => i);

    it("come back with the same context", async () => {
      const wrapper = await open();
      const wrapped = wrapper.wrap(dataKey, "c1");
      expect([...wrapper.unwrap(wrapper.keyId, wrapped, "c1")]).toStrictEqual([...dataKey]);
      expect(Buffer.from(wrapped).includes(Buffer.from(dataKey))).toBe(false);
    });

    it("are wrapped differently each time", async () => {
      const wrapper = await open();
      expect(Buffer.from(wrapper.wrap(dataKey, "c1")).equals(Buffer.from(wrapper.wrap(dataKey, "c1")))).toBe(
        false,
      );
    });

    it("do not come back with another context, another master key, or after any change", async () => {
      const wrapper = await open();
      const other = await open();
      const wrapped = wrapper.wrap(dataKey, "c1");
      expect(() => wrapper.unwrap(wrapper.keyId, wrapped, "c2")).toThrow();
      expect(() => other.unwrap(wrapper.keyId, wrapped, "c1")).toThrow();
      expect(() => other.unwrap(other.keyId, wrapped, "c1")).toThrow();
      for (let i = 0; i < wrapped.length; i++) {
        const changed = Uint8Array.from(wrapped, (byte, at) => (at === i ? byte ^ 1 : byte));
        expect(() => wrapper.unwrap(wrapper.keyId, changed, "c1")).toThrow();
      }
      expect(() => wrapper.unwrap(wrapper.keyId, wrapped.subarray(0, 5), "c1")).toThrow();
    });

    it("name a master key that the backend holds", async () => {
      const wrapper = await open();
      expect(wrapper.keyId).toMatch(/^[\x21-\x7e]{1,255}$/);
      expect(wrapper.holds(wrapper.keyId)).toBe(true);
      expect(wrapper.holds((await open()).keyId)).toBe(false);
    });
  });
}

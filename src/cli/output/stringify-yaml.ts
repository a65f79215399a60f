/** A module of our own: `import("yaml")` finds no named exports of a CommonJS package in the bundle. */
export { stringify as stringifyYaml } from "yaml";

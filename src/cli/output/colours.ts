import { styleText } from "node:util";
import type { Io, Output } from "../io.ts";

type Paint = (text: string) => string;

/** Colours for what is ours alone; Confluent's tables and texts have none. Plain where nobody watches, or with NO_COLOR. */
export function colours(
  io: Io,
  stream: Output,
): Readonly<Record<"good" | "bad" | "faint" | "strong", Paint>> {
  const isColoured = stream.isTTY === true && !io.env.NO_COLOR && io.env.TERM !== "dumb";
  const paint =
    (style: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      isColoured ? styleText(style, text) : text;
  return { good: paint("green"), bad: paint("red"), faint: paint("dim"), strong: paint("bold") };
}

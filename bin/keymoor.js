#!/usr/bin/env node
import { ensureBuilt } from "../scripts/ensure-built.js";

ensureBuilt();
await import(new URL("../dist/keymoor.js", import.meta.url).href);

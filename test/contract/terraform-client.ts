import { connection } from "./terraform/connection.ts";
import {
  apiKey,
  computePool,
  environment,
  roleBinding,
  serviceAccount,
} from "./terraform/control-plane-resources.ts";
import { data } from "./terraform/data-sources.ts";
import { Provider, type ProviderBlock } from "./terraform/provider.ts";
import { type Attributes, changedAttributes, type Resource, textOf } from "./terraform/resource.ts";
import { statement } from "./terraform/statement.ts";
import type { Exchange } from "./wire.ts";

export const resources = {
  environment,
  serviceAccount,
  roleBinding,
  computePool,
  apiKey,
  connection,
  statement,
} as const;
export { data };

/** A resource block. Its arguments may name attributes of blocks before it. */
export interface Block {
  readonly resource: Resource;
  readonly name: string;
  readonly arguments: (of: (address: string) => Attributes) => Attributes;
}

export function block(
  resource: Resource,
  name: string,
  given: Attributes | ((of: (address: string) => Attributes) => Attributes),
): Block {
  return { resource, name, arguments: typeof given === "function" ? given : () => given };
}

/**
 * Terraform with the Confluent provider as Keymoor's server meets it (contract/terraform.md): a state, and runs that refresh
 * it, say what they would change and change it. A plan is empty when nothing is left to say.
 */
export class Terraform {
  readonly state = new Map<string, { readonly resource: Resource; readonly attributes: Attributes }>();
  readonly exchanges: Exchange[] = [];
  private readonly providerBlock: ProviderBlock;

  constructor(providerBlock: ProviderBlock) {
    this.providerBlock = providerBlock;
  }

  /** What `terraform plan` would do, in the words of its last lines; nothing is exit code 0. */
  plan(blocks: readonly Block[]): Promise<readonly string[]> {
    return this.run(async (provider) => {
      await this.refresh(provider);
      const planned: string[] = [];
      for (const one of blocks) {
        const address = addressOf(one);
        const known = this.state.get(address);
        const changed = known && changedAttributes(known.attributes, one.arguments(this.of));
        if (changed === undefined) planned.push(`create ${address}`);
        else if (changed.some((name) => one.resource.forceNew.includes(name)))
          planned.push(`replace ${address}`);
        else if (changed.length > 0) planned.push(`update ${address}`);
      }
      const wanted = new Set(blocks.map(addressOf));
      return [
        ...planned,
        ...[...this.state.keys()]
          .filter((address) => !wanted.has(address))
          .map((address) => `destroy ${address}`),
      ];
    });
  }

  apply(blocks: readonly Block[]): Promise<void> {
    return this.run(async (provider) => {
      await this.refresh(provider);
      for (const one of blocks) await this.applyBlock(provider, one);
    });
  }

  /** `terraform import`; its variables stand in the environment of the run. */
  import({ resource, name }: Block, id: string, variables: Attributes = {}): Promise<void> {
    return this.run(async (provider) => {
      if (resource.import === undefined) throw new Error(`${resource.type} is not imported here`);
      const imported = await resource.import(provider, id, variables);
      // It is read once more, like everything in a state.
      const attributes = (await resource.read(provider, imported)) ?? imported;
      this.state.set(`${resource.type}.${name}`, { resource, attributes });
    });
  }

  /** `terraform state rm`. */
  forget(address: string): void {
    this.state.delete(address);
  }

  /** In the opposite order of creation. */
  destroy(): Promise<void> {
    return this.run(async (provider) => {
      await this.refresh(provider);
      for (const [address, { resource, attributes }] of [...this.state].reverse()) {
        await resource.delete(provider, attributes);
        this.state.delete(address);
      }
    });
  }

  /** A run of the program: the provider starts anew. */
  async run<Result>(work: (provider: Provider) => Promise<Result>): Promise<Result> {
    const provider = new Provider(this.providerBlock);
    try {
      await provider.start();
      return await work(provider);
    } finally {
      this.exchanges.push(...provider.exchanges);
    }
  }

  readonly of = (address: string): Attributes => this.state.get(address)?.attributes ?? {};

  private async applyBlock(provider: Provider, one: Block): Promise<void> {
    const { resource } = one;
    const address = addressOf(one);
    const wanted = one.arguments(this.of);
    const known = this.state.get(address);
    const changed = known === undefined ? [] : changedAttributes(known.attributes, wanted);
    const isReplaced = changed.some((name) => resource.forceNew.includes(name));
    if (known !== undefined && isReplaced) await resource.delete(provider, known.attributes);
    if (known === undefined || isReplaced) {
      const created = await resource.create(provider, wanted);
      this.state.set(address, { resource, attributes: { ...wanted, ...created } });
      return;
    }
    if (changed.length === 0) return;
    // What the server refuses is remembered as if it had taken it: the next plan is silent (contract/terraform.md 2, rule 5).
    this.state.set(address, { resource, attributes: { ...known.attributes, ...wanted } });
    const attributes = await resource.update(provider, known.attributes, wanted, changed);
    this.state.set(address, { resource, attributes: { ...wanted, ...attributes } });
  }

  private async refresh(provider: Provider): Promise<void> {
    for (const [address, { resource, attributes }] of this.state) {
      const read = await resource.read(provider, attributes);
      if (read === undefined) this.state.delete(address);
      else this.state.set(address, { resource, attributes: read });
    }
  }
}

export function idOf(attributes: Attributes): string {
  return textOf(attributes, "id");
}

function addressOf({ resource, name }: Block): string {
  return `${resource.type}.${name}`;
}

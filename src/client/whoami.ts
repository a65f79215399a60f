import { type Client, listed, notKeymoor } from "./client.ts";

/** Answer of `GET /keymoor/v1/whoami`: who the credential belongs to, and what it reaches. */
export interface WhoAmI {
  readonly principal: {
    readonly id: string;
    readonly kind: "user" | "service_account";
    readonly name: string;
    readonly email: string | null;
  };
  readonly credential: {
    readonly kind: "api_key" | "use_token" | "session" | "identity_pool";
    readonly id: string;
    readonly environment_id: string | null;
    readonly cloud: string | null;
    readonly region: string | null;
    readonly connections: readonly string[] | null;
  };
  readonly organization: { readonly id: string; readonly name: string };
  readonly environments: readonly {
    readonly id: string;
    readonly name: string;
    /** Such as `connection:manage`. */
    readonly rights: readonly string[];
  }[];
  /** Those that hold in the whole organization. */
  readonly rights: readonly string[];
  /** Clouds in upper case. */
  readonly regions: readonly {
    readonly cloud: string;
    readonly region: string;
    readonly endpoint: string;
  }[];
  readonly roles: readonly {
    readonly role: string;
    /** null: everywhere. */
    readonly environment_id: string | null;
    /** Both null: in every region. */
    readonly cloud: string | null;
    readonly region: string | null;
  }[];
  readonly server: { readonly version: string; readonly public_url: string };
}

/** Most commands begin with it: an answer of another shape says that the server is none of ours. */
export async function whoAmI(client: Client): Promise<WhoAmI> {
  const answer: Partial<WhoAmI> = await client.request({ path: "/keymoor/v1/whoami" });
  const { principal, credential, organization, environments, regions, roles, server } = answer;
  if (!principal || !credential || !organization || !server) throw notKeymoor(client.url);
  for (const list of [environments, regions, roles]) listed<unknown>(list, client.url);
  return answer as WhoAmI;
}

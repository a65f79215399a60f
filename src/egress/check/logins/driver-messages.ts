/** What a driver is to log in with. It comes to the thread by this message and in no other way. */
export type DriverLogin =
  | {
      readonly driver: "postgresql";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    }
  | {
      readonly driver: "mongodb";
      readonly address: string;
      readonly username: string;
      readonly password: string;
      /** Database that knows the user. */
      readonly source: string;
      readonly mechanism: string;
    };

export type DriverName = DriverLogin["driver"];

export type ToDriver =
  | { readonly kind: "login"; readonly login: DriverLogin }
  /** What the service sent. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** The service closed the connection, or the network did. */
  | { readonly kind: "closed" };

export type FromDriver =
  /** The driver is loaded; what goes wrong from here on is the service's doing. */
  | { readonly kind: "ready" }
  /** What the service is to get. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "verdict"; readonly verdict: DriverVerdict };

/** Facts alone. The words are chosen outside the thread, and no text of the service is among them but a code to look up. */
export type DriverVerdict =
  /** `wasAsked`, here and below: the server had asked for the password. */
  | {
      readonly kind: "logged_in";
      readonly wasAsked: boolean;
      readonly isArbiter: boolean;
      readonly replicaSet: string | undefined;
    }
  | { readonly kind: "server_error"; readonly code: string; readonly wasAsked: boolean }
  | { readonly kind: "closed" }
  /** Too old or too new for the driver. */
  | { readonly kind: "other_version" }
  | { readonly kind: "too_much_work" }
  | { readonly kind: "not_understood" };

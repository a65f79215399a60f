/** Where a request says that it wants to act. */
export interface Target {
  /** Both from the path; undefined where the credential decides (`/c/{name}`). */
  readonly organizationId: string | undefined;
  readonly environmentId: string | undefined;
  /** `Keymoor-Region` header, e.g. `aws.eu-west-1`. */
  readonly regionHeader: string | undefined;
  /** Host header with its port, or what a trusted proxy says it was. */
  readonly host: string | undefined;
  /** Of the listener that the request came through. */
  readonly port: number | undefined;
}

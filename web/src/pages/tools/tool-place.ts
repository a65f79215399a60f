/** What the lines are filled in with. A key stands in none of them: its secret cannot be read back. */
export interface ToolPlace {
  /** Address of the server. */
  readonly url: string;
  /** Origin of the region's API; often the same. */
  readonly regionUrl: string;
  readonly organizationId: string;
  readonly environmentId: string;
  /** undefined: none is there, or it is not known yet. */
  readonly computePoolId: string | undefined;
  /** In lower case. */
  readonly cloud: string;
  readonly region: string;
  readonly principalId: string;
  readonly email: string | undefined;
}

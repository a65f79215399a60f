import { linkOptions } from "@tanstack/react-router";

interface Named {
  readonly name: string;
  readonly cloud: string;
  readonly region: string;
}

/** A connection's page: its name is unique in environment and region only. */
export function connectionLink(environment: string, connection: Named) {
  return linkOptions({
    to: "/environments/$environment/connections/$region/$name",
    params: { environment, region: regionParameter(connection), name: connection.name },
  });
}

export function editLink(environment: string, connection: Named) {
  return linkOptions({
    to: "/environments/$environment/connections/$region/$name/edit",
    params: { environment, region: regionParameter(connection), name: connection.name },
  });
}

/** `aws.us-east-1` */
export function regionParameter({ cloud, region }: Pick<Named, "cloud" | "region">): string {
  return `${cloud.toLowerCase()}.${region}`;
}

export function parseRegion(parameter: string): Pick<Named, "cloud" | "region"> {
  const dot = parameter.indexOf(".");
  return { cloud: parameter.slice(0, dot), region: parameter.slice(dot + 1) };
}

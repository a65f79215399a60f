import { Type } from "@sinclair/typebox";

export const environmentPath = "/organizations/:organization_id/environments/:environment_id";

export const environmentParams = {
  organization_id: Type.String({ description: "UUID of the organization." }),
  environment_id: Type.String({ description: "Id of the environment, `env-...`." }),
};

export const namedParams = Type.Object({
  ...environmentParams,
  name: Type.String({ description: "Name, percent-encoded as one path segment." }),
});

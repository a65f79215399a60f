# Connections on a Keymoor server, made with the unmodified Confluent provider. See ../terraform.md.

terraform {
  required_providers {
    confluent = { source = "confluentinc/confluent" }
  }
}

variable "endpoint" {
  description = "Keymoor's address, such as http://127.0.0.1:8090; null is Confluent Cloud."
  type        = string
  default     = null
}

# Sensitive, so that no plan prints them. The state holds them all the same: guard it.
variable "openai_api_key" {
  type      = string
  sensitive = true
}

variable "mongodb_password" {
  type      = string
  sensitive = true
}

# CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET say who applies.
provider "confluent" {
  endpoint = var.endpoint
}

data "confluent_organization" "this" {}

data "confluent_flink_region" "this" {
  cloud  = "AWS"
  region = "us-east-1"
}

resource "confluent_environment" "support" {
  display_name = "support"
}

resource "confluent_service_account" "flink" {
  display_name = "support-flink"
  description  = "Makes and uses the connections of support."
}

resource "confluent_role_binding" "flink" {
  principal              = "User:${confluent_service_account.flink.id}"
  role_name              = "FlinkAdmin"
  crn_pattern            = confluent_environment.support.resource_name
  disable_wait_for_ready = true
}

resource "confluent_flink_compute_pool" "support" {
  display_name = "support"
  cloud        = data.confluent_flink_region.this.cloud
  region       = data.confluent_flink_region.this.region
  max_cfu      = 5
  environment {
    id = confluent_environment.support.id
  }
}

resource "confluent_api_key" "flink" {
  display_name           = "support-flink"
  disable_wait_for_ready = true
  owner {
    id          = confluent_service_account.flink.id
    api_version = confluent_service_account.flink.api_version
    kind        = confluent_service_account.flink.kind
  }
  managed_resource {
    id          = data.confluent_flink_region.this.id
    api_version = data.confluent_flink_region.this.api_version
    kind        = data.confluent_flink_region.this.kind
    environment {
      id = confluent_environment.support.id
    }
  }
  depends_on = [confluent_role_binding.flink]
}

locals {
  # Nothing secret stands here: what a for_each goes over is shown in every plan.
  connections = {
    chat    = { type = "OPENAI", endpoint = "https://api.openai.com/v1/chat/completions" }
    tickets = { type = "MONGODB", endpoint = "mongodb+srv://cluster0.example.mongodb.net" }
  }
}

resource "confluent_flink_connection" "this" {
  for_each = local.connections

  organization {
    id = data.confluent_organization.this.id
  }
  environment {
    id = confluent_environment.support.id
  }
  compute_pool {
    id = confluent_flink_compute_pool.support.id
  }
  principal {
    id = confluent_service_account.flink.id
  }
  rest_endpoint = data.confluent_flink_region.this.rest_endpoint
  credentials {
    key    = confluent_api_key.flink.id
    secret = confluent_api_key.flink.secret
  }

  display_name = each.key
  type         = each.value.type
  endpoint     = each.value.endpoint
  api_key      = each.key == "chat" ? var.openai_api_key : null
  username     = each.key == "tickets" ? "support" : null
  password     = each.key == "tickets" ? var.mongodb_password : null
}

data "confluent_flink_connection" "chat" {
  organization {
    id = data.confluent_organization.this.id
  }
  environment {
    id = confluent_environment.support.id
  }
  compute_pool {
    id = confluent_flink_compute_pool.support.id
  }
  principal {
    id = confluent_service_account.flink.id
  }
  rest_endpoint = data.confluent_flink_region.this.rest_endpoint
  credentials {
    key    = confluent_api_key.flink.id
    secret = confluent_api_key.flink.secret
  }
  display_name = confluent_flink_connection.this["chat"].display_name
}

# Not its status: that changes by itself, and a plan would never be empty.
output "chat_endpoint" {
  value = data.confluent_flink_connection.chat.endpoint
}

/** Command lines that docs/cli.md shows, by command. A test holds them against the commands as they are. */
export const cliExamples: Readonly<Record<string, readonly string[]>> = {
  "keymoor login": ["keymoor login --url http://127.0.0.1:8090 --api-key my-key --api-secret-file key.txt"],
  "keymoor connection create": [
    "keymoor connection create my-openai --type openai --endpoint https://api.openai.com/v1/chat/completions --api-key-file key.txt",
    "keymoor connection create my-openai --type openai --endpoint https://api.openai.com/v1/chat/completions --api-key-file key.txt --check",
  ],
  "keymoor connection rotate": ["keymoor connection rotate my-openai --api-key-file next.txt --check"],
  "keymoor connection checks": ["keymoor connection checks my-openai"],
  "keymoor connection verification": [
    "keymoor connection verification my-openai",
    "keymoor connection verification my-openai off",
  ],
  "keymoor flink connection create": [
    "keymoor flink connection create my-openai --cloud aws --region us-east-1 --type openai --endpoint https://api.openai.com/v1/chat/completions --api-key-file key.txt",
  ],
  "keymoor flink connection list": ["keymoor flink connection list --cloud aws --region us-east-1 -o json"],
  "keymoor flink statement create": ["keymoor flink statement create --sql 'SHOW CONNECTIONS;' --wait"],
  "keymoor flink statement list": ["keymoor flink statement list --status failed"],
  "keymoor sql": [
    "keymoor sql",
    "keymoor sql 'SHOW CONNECTIONS' -o json",
    "keymoor sql --file connections.sql --continue",
    "keymoor sql - < connections.sql",
  ],
  "keymoor completion": ["source <(keymoor completion bash)"],
};

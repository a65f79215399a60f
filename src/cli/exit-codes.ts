/** What the command line ends with; docs/cli.md is generated from this. */
export const exitCodes = {
  done: { code: 0, meaning: "Done, help was asked for, or a question was answered with no." },
  failed: {
    code: 1,
    meaning:
      "The server refused, or something failed; the message says what. The `flink` commands end so at every failure, as Confluent's do.",
  },
  usage: { code: 2, meaning: "A flag or argument is wrong or missing." },
  notAccepted: { code: 3, meaning: "A check found that the connection does not work." },
  notLoggedIn: { code: 4, meaning: "No profile and no key, or the server does not take it." },
  unreachable: { code: 5, meaning: "No Keymoor server answers at the URL." },
  differences: {
    code: 6,
    meaning: "`apply --dry-run --exit-code` found that the connections are not as the file says.",
  },
  interrupted: { code: 130, meaning: "Ended by Ctrl-C." },
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]["code"];

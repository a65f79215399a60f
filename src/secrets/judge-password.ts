import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";

const shortest = 12;
const longest = 1024;

/** Length alone, and not the address: rules of composition make passwords worse (NIST SP 800-63B, 5.1.1.2). */
export function judgePassword(password: Secret, email: string | null): void {
  const text = password.reveal();
  const length = [...text].length;
  if (length < shortest)
    throw refusal(`The password has fewer than ${shortest} characters.`, "Take a longer one.");
  if (length > longest)
    throw refusal(`The password has more than ${longest} characters.`, "Take a shorter one.");
  if (email !== null && text.toLowerCase() === email.toLowerCase())
    throw refusal("The password is the e-mail address.", "Take one that nobody knows.");
}

function refusal(message: string, hint: string): KeymoorError {
  return new KeymoorError("password_not_accepted", message, { hint });
}

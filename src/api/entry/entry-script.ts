/** Runs in the browser. The token goes out of the address bar and the history at once, and to the server in a body only. */
export const entryScript = `
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const form = document.querySelector("form");
const button = form.querySelector("button");
const say = (text) => { document.querySelector("[role=status]").textContent = text; };
if (token === "") {
  form.hidden = true;
  say("This link is not whole. Follow it again as you were given it.");
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  say("");
  try {
    const typed = [...new FormData(form)].filter(([, value]) => value !== "");
    const answer = await fetch(form.dataset.target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...Object.fromEntries(typed), token }),
    });
    const body = await answer.json();
    if (answer.ok) form.hidden = true;
    say(answer.ok ? "You are signed in as " + body.user.email + "." : body.errors[0].detail);
  } catch {
    say("The server could not be reached. Try again.");
  }
  button.disabled = false;
});
`;

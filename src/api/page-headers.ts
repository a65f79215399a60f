/** Headers of a page that people see: no frame may hold it, and where it stood is nobody's business. */
export function pageHeaders(policy: string) {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
  };
}

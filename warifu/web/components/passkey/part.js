const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const REFUSED = "パスキーの操作が取り消されたか、時間切れになりました。もう一度ボタンを押してください。";
const UNKNOWN = "このブラウザではパスキーを使えません。ほかの方法を使ってください。";
const ALREADY = "この端末のパスキーは、すでに登録されています。";

// JSON has no bytes: what WebAuthn wants as bytes comes and goes as base64url (WebAuthn Level 3, 5.1.8).
function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const known of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) known.id = bytes(known.id);
  return options;
}

function written(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const id = text(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const told = form.querySelector("[data-passkey-told]");
  form.addEventListener("submit", async (event) => {
    const field = form.querySelector("input[name=credential]");
    if (field.value) return;
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      told.textContent = UNKNOWN;
      return;
    }
    told.textContent = "端末の案内に従って、操作してください。";
    const publicKey = read(JSON.parse(form.dataset.options));
    try {
      const made = form.dataset.passkey === "create";
      field.value = written(await (made ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey })));
    } catch (refusal) {
      told.textContent = refusal.name === "InvalidStateError" ? ALREADY : REFUSED;
      return;
    }
    form.submit();
  });
}

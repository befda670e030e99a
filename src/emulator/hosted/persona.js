// A stand-in for Persona's web SDK that opens the emulator's pages. It is not Persona's.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const NAMES = {
    inquiryId: "inquiry-id",
    sessionToken: "session-token",
    inquiryTemplateId: "inquiry-template-id",
    templateVersionId: "inquiry-template-version-id",
    environmentId: "environment-id",
    referenceId: "reference-id",
    accountId: "account-id",
    language: "language",
  };

  function address(options) {
    const query = new URLSearchParams({ "frame-origin": window.location.origin });
    for (const [name, parameter] of Object.entries(NAMES)) {
      if (options[name]) query.set(parameter, options[name]);
    }
    if (options.templateId) {
      const legacy = options.templateId.startsWith("tmpl_");
      query.set(legacy ? "template-id" : "inquiry-template-id", options.templateId);
    }
    for (const [name, value] of Object.entries(options.fields ?? {})) {
      if (value === undefined || value === null) continue;
      const kebab = name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase()).replace(/_/g, "-");
      query.set(`fields[${kebab}]`, typeof value === "object" ? JSON.stringify(value) : value);
    }
    return `${home}/verify?${query}`;
  }

  class Client {
    #options;
    #backdrop;
    #frame;
    #listener;
    #opener;
    #page;
    #known = {};
    #verifications = new Map();
    #loaded = false;
    #ready = false;
    #destroyed = false;

    // Persona's fills the browser's cache; the emulator's pages have nothing to load ahead.
    static async preload() {}

    constructor(options) {
      this.#options = { ...options };
      this.#listener = (event) => this.#hear(event);
      window.addEventListener("message", this.#listener);
      this.#build();
      const { inquiryId, templateId, inquiryTemplateId, templateVersionId } = this.#options;
      if (!inquiryId && !templateId && !inquiryTemplateId && !templateVersionId) {
        // Later, so that the caller has what `new` gives when the callback runs.
        queueMicrotask(() => this.#fail({ status: 400, code: "invalid_config" }));
        return;
      }
      this.#frame.src = address(this.#options);
      document.body.append(this.#backdrop);
    }

    get isOpen() {
      return !this.#backdrop.hidden;
    }

    get isLoading() {
      return !this.#loaded;
    }

    // Shows the flow, also after it was canceled.
    open() {
      if (this.#destroyed || this.isOpen) return;
      this.#opener = document.activeElement;
      this.#backdrop.hidden = false;
      this.#frame.focus();
    }

    // Hides the flow; asks the person before, unless forced.
    cancel(force = false) {
      if (this.#destroyed) return;
      if (!force && !window.confirm("Leave before you are verified?")) return;
      this.#hide();
      const { inquiryId, sessionToken } = this.#known;
      this.#event("exit", { inquiryId, sessionToken });
      this.#call("onCancel", { inquiryId, sessionToken });
    }

    // Takes everything out of the page, without a callback.
    destroy() {
      this.#hide();
      this.#destroyed = true;
      window.removeEventListener("message", this.#listener);
      this.#backdrop.remove();
    }

    #build() {
      const backdrop = document.createElement("div");
      backdrop.hidden = true;
      backdrop.setAttribute("role", "dialog");
      backdrop.setAttribute("aria-modal", "true");
      backdrop.setAttribute("aria-label", "Identity verification, emulated");
      const frame = document.createElement("iframe");
      frame.title = "Identity verification, emulated";
      Object.assign(frame.style, {
        position: "fixed", inset: "0", margin: "auto", border: "0", background: "#ffffff",
        boxShadow: "0 0 0 100vmax rgb(20 28 38 / 60%)", zIndex: "2147483000",
      });
      const phone = window.matchMedia("(max-width: 40rem)");
      const fit = () => Object.assign(frame.style, phone.matches
        ? { width: "100%", height: "100%", borderRadius: "0" }
        : { width: "28rem", height: "min(100%, 46rem)", borderRadius: "0.75rem" });
      phone.addEventListener("change", fit);
      fit();
      frame.addEventListener("load", () => this.#load());
      backdrop.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.cancel();
      });
      backdrop.append(frame);
      this.#backdrop = backdrop;
      this.#frame = frame;
    }

    // What the page says may be here before the frame says that it has loaded.
    #load() {
      if (this.#loaded || this.#destroyed) return;
      this.#loaded = true;
      this.#event("load", {});
      this.#call("onLoad");
    }

    #hear(event) {
      const said = event.data;
      if (event.origin !== home || event.source !== this.#frame.contentWindow) return;
      if (said?.from !== "persona-emulator" || this.#destroyed) return;
      this.#load();
      if (said.name === "page") this.#arrived(said);
      else if (said.name === "complete") this.#complete(said);
      else if (said.name === "cancel") this.cancel();
      else if (said.name === "error") this.#fail({ status: said.status, code: said.code });
    }

    #arrived({ page, pageHeight, inquiryId, sessionToken, verifications }) {
      const before = this.#page;
      this.#page = page;
      this.#known = { inquiryId, sessionToken };
      // What was handed in before this client began is no change.
      const changed = this.#ready ? verifications.filter((it) => this.#verifications.get(it.id) !== it.status) : [];
      this.#verifications = new Map(verifications.map((it) => [it.id, it.status]));
      if (!this.#ready) {
        this.#ready = true;
        this.#event("ready", {});
        this.#call("onReady");
      }
      if (before === "consent" && page !== "consent") this.#event("start", { inquiryId });
      for (const { id, status } of changed) this.#event("verification-change", { id, status });
      if (before !== page) this.#event("page-change", { name: page, pathname: `/${page}`, pageHeight });
    }

    #complete({ inquiryId, status, fields }) {
      this.#hide();
      this.#event("complete", { inquiryId, status, fields });
      this.#call("onComplete", { inquiryId, status, fields });
    }

    #fail(error) {
      this.#event("error", error);
      this.#call("onError", error);
    }

    #hide() {
      if (!this.isOpen) return;
      this.#backdrop.hidden = true;
      this.#opener?.focus?.();
    }

    #event(name, meta) {
      this.#call("onEvent", name, meta);
    }

    #call(name, ...values) {
      const callback = this.#options[name];
      if (typeof callback === "function") callback(...values);
    }
  }

  window.Persona = { ...window.Persona, Client };
})();

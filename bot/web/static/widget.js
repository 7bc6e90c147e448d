/**
 * The chat on any site, by one script tag:
 *
 *   <script src="https://host/chat/widget.js" data-business="demo" data-language="ru" data-position="right" async></script>
 *
 * A button in a shadow root and, once it is opened, a frame from the chat's own origin. The site's styles and scripts do
 * not reach the chat, nor the chat theirs: nothing is added to the site but one element and `window.dragomanChat`.
 */
(() => {
  "use strict";

  const MARK = "dragoman-chat";
  const script = document.currentScript ?? document.querySelector('script[src*="/chat/widget.js"]');
  const { business = "demo", language = "", position = "right", color = "#0f766e" } = script.dataset;
  const origin = new URL(script.src).origin;
  const REMEMBERED = `${MARK}.${business}`;

  /** The host page may be on another origin than strings.json, so the button's few words travel with it. */
  const WORDS = {
    en: { open: "Open the chat", close: "Close the chat", chat: "Chat", unread: "Unread messages: {count}" },
    ru: { open: "Открыть чат", close: "Закрыть чат", chat: "Чат", unread: "Непрочитанных сообщений: {count}" },
    hy: { open: "Բացել զրույցը", close: "Փակել զրույցը", chat: "Զրույց", unread: "Չկարդացված հաղորդագրություններ՝ {count}" },
    uz: { open: "Chatni ochish", close: "Chatni yopish", chat: "Chat", unread: "O‘qilmagan xabarlar: {count}" },
    ka: { open: "ჩატის გახსნა", close: "ჩატის დახურვა", chat: "ჩატი", unread: "წაუკითხავი შეტყობინებები: {count}" },
  };
  const words = WORDS[language] ?? WORDS[document.documentElement.lang.slice(0, 2)] ?? WORDS.en;

  const STYLE = `
    :host { all: initial !important; position: fixed !important; inset: auto 0 0 auto !important; z-index: 2147483000 !important;
      display: block !important; width: 0 !important; height: 0 !important; --brand: #0f766e; --ink: #fff; color-scheme: light dark !important; }
    * { box-sizing: border-box; }
    .launcher { position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); right: 20px; display: grid; place-items: center; width: 60px;
      height: 60px; margin: 0; padding: 0; border: 0; border-radius: 50%; background: var(--brand); color: var(--ink); cursor: pointer;
      box-shadow: 0 2px 6px rgb(16 24 40 / 18%), 0 8px 28px rgb(16 24 40 / 24%); transition: transform 140ms; -webkit-tap-highlight-color: transparent; }
    .launcher:hover { transform: scale(1.05); }
    .launcher:focus-visible { outline: 3px solid var(--brand); outline-offset: 3px; }
    .launcher svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    .badge { position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; border: 2px solid #fff; border-radius: 99px;
      background: #d92d20; color: #fff; font: 700 12px/18px system-ui, sans-serif; text-align: center; }
    .panel { position: fixed; bottom: calc(max(20px, env(safe-area-inset-bottom)) + 74px); right: 20px; width: 400px; max-width: calc(100vw - 40px);
      height: min(680px, 100vh - 120px); overflow: hidden; border-radius: 18px; background: #fff;
      box-shadow: 0 4px 12px rgb(16 24 40 / 10%), 0 20px 60px rgb(16 24 40 / 28%); }
    .panel iframe { display: block; width: 100%; height: 100%; border: 0; background: Canvas; color-scheme: light dark; }
    .left .launcher, .left .panel { right: auto; left: 20px; }
    .closed .panel { visibility: hidden; pointer-events: none; }
    [hidden] { display: none; }
    @media (prefers-color-scheme: dark) { .panel { background: #14181d; } .badge { border-color: #14181d; } }
    @media (prefers-reduced-motion: no-preference) {
      .panel { transition: opacity 140ms, transform 140ms, visibility 140ms; } .closed .panel { opacity: 0; transform: translateY(10px); }
    }
    @media (max-width: 520px), (max-height: 480px) {
      .panel { inset: 0; width: 100%; max-width: none; height: 100dvh; border-radius: 0; }
      .left .panel { left: 0; }
      .open .launcher { display: none; }
    }`;

  const SHAPES = {
    closed: "M21 11.5a8 8 0 0 1-8.2 8 9 9 0 0 1-3.6-.7L4 20.5l1.4-4.3A7.6 7.6 0 0 1 4.3 11.5a8.3 8.3 0 0 1 16.7 0zM9 11.8v.01M12.7 11.8v.01M16.4 11.8v.01",
    open: "M6 9l6 6 6-6",
  };

  class Widget {
    constructor() {
      this.host = document.createElement("dragoman-chat");
      this.host.dataset.business = business;
      this.shadow = this.host.attachShadow({ mode: "open" });
      this.box = make("div", { class: `closed ${position === "left" ? "left" : ""}` });
      this.badge = make("span", { class: "badge", "aria-hidden": "true", hidden: "" });
      this.shape = make("path", { d: SHAPES.closed }, [], "http://www.w3.org/2000/svg");
      const drawing = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, [this.shape], "http://www.w3.org/2000/svg");
      this.launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-controls": "panel" }, [drawing, this.badge]);
      this.panel = make("div", { id: "panel", class: "panel", role: "dialog", "aria-label": words.chat });
      this.box.append(this.panel, this.launcher);
      this.shadow.append(styleSheet(this.shadow), this.box);
      this.frame = null;
      this.isLoaded = false;
      this.isOpen = false;
      this.unread = 0;
      this.paint(remembered().color ?? color, remembered().ink ?? "#fff");
      this.label();
    }

    /** Stand on the page; load the frame unseen if the customer has written before, so that news are counted. */
    appear() {
      this.launcher.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
      this.shadow.addEventListener("keydown", (event) => event.key === "Escape" && this.isOpen && this.close());
      window.addEventListener("message", (event) => this.heard(event));
      document.documentElement.append(this.host); // not in the body, which some sites swap as a whole
      if (remembered().used) (window.requestIdleCallback ?? setTimeout)(() => this.load(false));
    }

    open() {
      this.isOpen = true;
      this.load(true);
      this.box.classList.replace("closed", "open");
      this.tell("open");
      this.label();
      this.frame.focus();
    }

    close() {
      if (!this.isOpen) return;
      this.isOpen = false;
      this.box.classList.replace("open", "closed");
      this.tell("closed");
      this.label();
      this.launcher.focus();
    }

    load(isOpen) {
      if (this.frame !== null) return;
      const about = new URLSearchParams({ page: location.href, open: isOpen ? "yes" : "no" });
      const url = new URL(`/chat/${encodeURIComponent(business)}?embed=1#${about}`, origin);
      if (language) url.searchParams.set("lang", language);
      this.frame = make("iframe", { src: url.href, title: words.chat });
      this.frame.addEventListener("load", () => {
        this.isLoaded = true;
        this.tell("hello", { open: this.isOpen });
      });
      this.panel.append(this.frame);
    }

    /** Before the frame has loaded nobody listens; its hello then says how things stand. */
    tell(type, details = {}) {
      if (!this.isLoaded) return;
      this.frame.contentWindow.postMessage({ mark: MARK, type, ...details }, origin);
    }

    heard(event) {
      const isChat = event.origin === origin && event.source === this.frame?.contentWindow && event.data?.mark === MARK;
      if (!isChat) return;
      if (event.data.type === "close") this.close();
      if (event.data.type === "unread") this.count(event.data.count);
      if (event.data.type === "ready") this.know(event.data);
    }

    know({ color: brand, ink, name }) {
      this.paint(brand, ink);
      this.panel.setAttribute("aria-label", name);
      this.frame.title = name;
      remember({ used: true, color: brand, ink });
    }

    count(unread) {
      this.unread = unread;
      this.badge.hidden = unread === 0;
      this.badge.textContent = unread > 99 ? "99+" : String(unread);
      this.label();
    }

    paint(brand, ink) {
      this.box.style.setProperty("--brand", brand);
      this.box.style.setProperty("--ink", ink);
    }

    label() {
      const news = this.unread > 0 ? `. ${words.unread.replace("{count}", this.unread)}` : "";
      this.launcher.setAttribute("aria-label", (this.isOpen ? words.close : words.open) + news);
      this.launcher.setAttribute("aria-expanded", String(this.isOpen));
      this.shape.setAttribute("d", this.isOpen ? SHAPES.open : SHAPES.closed);
    }
  }

  function make(tag, attributes, children = [], space = "http://www.w3.org/1999/xhtml") {
    const made = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** A constructed sheet needs no permission of the site's policy; where it is unknown, a style element must do. */
  function styleSheet(shadow) {
    if (!("adoptedStyleSheets" in shadow)) return make("style", {}, [STYLE]);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    return document.createDocumentFragment();
  }

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
    } catch {
      return {}; // storage is blocked on this site, or the site wrote over it: a first visit
    }
  }

  function remember(what) {
    try {
      localStorage.setItem(REMEMBERED, JSON.stringify(what));
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused; // blocked or full: the next page is a first visit
    }
  }

  if (window.dragomanChat !== undefined) return; // the tag stands on the page twice
  const widget = new Widget();
  window.dragomanChat = Object.freeze({ open: () => widget.open(), close: () => widget.close() });
  widget.appear();
})();

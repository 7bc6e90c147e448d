/**
 * A button that opens a menu, after the menu button pattern of the ARIA practices guide.
 *
 * Arrow keys, Home and End move, Enter and Space choose, Escape closes and gives the focus back.
 */

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class Menu {
  #button;
  #menu;

  /**
   * @param {HTMLElement} button
   * @param {HTMLElement} menu with role menu, its items are buttons
   * @param {(item: HTMLElement) => void} onChoose called after the menu has closed
   */
  constructor(button, menu, onChoose) {
    this.#button = button;
    this.#menu = menu;
    button.addEventListener("click", () => (menu.hidden ? this.#open() : this.#close()));
    button.addEventListener("keydown", (event) => this.#openByKey(event));
    menu.addEventListener("keydown", (event) => this.#move(event));
    menu.addEventListener("click", (event) => {
      const item = event.target.closest("[role^=menuitem]");
      if (item === null) return;
      this.#close();
      onChoose(item);
    });
    document.addEventListener("pointerdown", (event) => this.#closeFromOutside(event.target));
    menu.addEventListener("focusout", (event) => event.relatedTarget && this.#closeFromOutside(event.relatedTarget));
  }

  #items() {
    return [...this.#menu.querySelectorAll("[role^=menuitem]")];
  }

  #open(index = 0) {
    this.#menu.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#items().at(index).focus();
  }

  #close() {
    this.#menu.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.focus();
  }

  #closeFromOutside(target) {
    if (this.#menu.hidden || this.#menu.contains(target) || this.#button.contains(target)) return;
    this.#menu.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
  }

  #openByKey(event) {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    this.#open(event.key === "ArrowUp" ? -1 : 0);
  }

  #move(event) {
    const items = this.#items();
    const at = items.indexOf(document.activeElement);
    const targets = { Home: 0, End: items.length - 1 };
    if (event.key === "Escape") this.#close();
    else if (event.key in STEPS) items[(at + STEPS[event.key] + items.length) % items.length].focus();
    else if (event.key in targets) items[targets[event.key]].focus();
    else return;
    event.preventDefault(); // and the widget does not take Escape for its own
  }
}
